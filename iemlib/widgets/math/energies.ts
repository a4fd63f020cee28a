import { dot, each, type Vector } from "./array";

/** How each hypothesis' energy is counted: e = unit · d + offset, one zero and one unit for all when comparable. */
export interface Energies {
  readonly kind: "comparable" | "own_offset" | "own_unit" | "own_ruler";
  readonly name: string;
  readonly formula: string;
  readonly unit: (count: number) => Vector;
  readonly offset: (count: number) => Vector;
}

/** `value` for the hypothesis `index`, `rest` for all others. */
const fill = (count: number, rest: number, index: number, value: number): Vector =>
  each(count, (h) => (h === index ? value : rest));
const letter = (index: number): string => String.fromCharCode(65 + index);

/** e = d. */
export const comparable = (): Energies => ({
  kind: "comparable",
  name: "comparable",
  formula: "one zero for all",
  unit: (count) => fill(count, 1, -1, 1),
  offset: (count) => fill(count, 0, -1, 0),
});

interface Ruler {
  readonly factor?: number;
  readonly amount?: number;
  readonly index?: number;
}

/** One hypothesis measures on a ruler of its own: e = factor · d + amount. */
export const own_ruler = ({ factor = 1, amount = 0, index = 1 }: Ruler = {}): Energies => ({
  kind: "own_ruler",
  name: "own ruler",
  formula: `${letter(index)}: a d + b`,
  unit: (count) => fill(count, 1, index, factor),
  offset: (count) => fill(count, 0, index, amount),
});

/** One hypothesis counts from a zero of its own: e = d + amount. */
export const own_offset = ({ amount = 1.5, index = 1 }: Omit<Ruler, "factor"> = {}): Energies => ({
  ...own_ruler({ amount, index }),
  kind: "own_offset",
  name: "own offset",
  formula: `${letter(index)}: d + ${amount}`,
});

/** One hypothesis counts in a unit of its own: e = factor · d. */
export const own_unit = ({ factor = 1.5, index = 1 }: Omit<Ruler, "amount"> = {}): Energies => ({
  ...own_ruler({ factor, index }),
  kind: "own_unit",
  name: "own unit",
  formula: `${letter(index)}: ${factor} d`,
});

/** Kernels: how far z is from each prototype, in nats. */
export type Kernel = (z: Vector, prototypes: readonly Vector[]) => Vector;

/** ‖z − m‖. */
export const distance: Kernel = (z, prototypes) => prototypes.map((m) => Math.hypot(...z.map((x, i) => x - m[i])));
/** ‖z − m‖²/2. */
export const squared_distance: Kernel = (z, prototypes) => distance(z, prototypes).map((d) => (d * d) / 2);
/** log(1 + ‖z − m‖²). */
export const cauchy: Kernel = (z, prototypes) => distance(z, prototypes).map((d) => Math.log1p(d * d));
/** −⟨z, m⟩. */
export const dot_product: Kernel = (z, prototypes) => prototypes.map((m) => -dot(z, m));
/** Minus the log of each density on a line, distance and volume: (z − m)²/2v + log(2πv)/2. */
export const gaussian = (z: Vector, means: readonly Vector[], variances: Vector): Vector =>
  squared_distance(z, means).map((d, h) => d / variances[h] + Math.log(2 * Math.PI * variances[h]) / 2);
