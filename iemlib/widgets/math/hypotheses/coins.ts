/** A continuous index: the bias of a coin, as a density and as cells. */
import { each, type Vector } from "../array";

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
