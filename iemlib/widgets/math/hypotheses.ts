import { each, type Vector } from "./array";

/** Which hypotheses compete: the indices that are left of K. */
export interface Hypotheses {
  readonly kind: "every" | "first" | "only";
  readonly name: string;
  readonly formula: (count: number) => string;
  readonly kept: (count: number) => readonly number[];
}

export const every = (): Hypotheses => ({
  kind: "every",
  name: "every",
  formula: (count) => `K = ${count}`,
  kept: (count) => each(count, (h) => h),
});

export const first = (): Hypotheses => ({
  kind: "first",
  name: "first",
  formula: () => "K = 1",
  kept: () => [0],
});

export const only = ({ indices }: { readonly indices: readonly number[] }): Hypotheses => ({
  kind: "only",
  name: "only",
  formula: () => `h in (${indices.join(", ")})`,
  kept: () => indices,
});

/** The probability that the bias of a coin that fell three heads and two tails is below h. */
const below = (h: number): number => h ** 4 * (15 - 24 * h + 10 * h * h);

/** Energies of equal cells of the bias, after three heads and two tails. */
export const coin_cells = (count: number): Vector =>
  each(count, (j) => -Math.log((below((j + 1) / count) - below(j / count)) / 60));

/** A coordinate u of the bias h: u(h), h(u), and how fast h grows with u. */
interface Coordinate {
  readonly of: (h: number) => number;
  readonly back: (u: number) => number;
  readonly slope: (h: number) => number;
}
export const COORDINATES = {
  bias: { of: Number, back: Number, slope: () => 1 },
  "log-odds": { of: (h) => Math.log(h / (1 - h)), back: (u) => 1 / (1 + Math.exp(-u)), slope: (h) => h * (1 - h) },
  "squared bias": { of: (h) => h * h, back: Math.sqrt, slope: (h) => 0.5 / h },
} as const satisfies Readonly<Record<string, Coordinate>>;

/** The density of the bias, per unit of a coordinate, after three heads and two tails; nothing at the ends. */
export const coin_density = (bias: number, coordinate: keyof typeof COORDINATES): number =>
  60 * bias ** 3 * (1 - bias) ** 2 * COORDINATES[coordinate].slope(bias) || 0;
