import { dot, type Vector } from "./array";

/** How each hypothesis' energy is counted: e = unit · d + offset, one zero and one unit for all when comparable. */
export interface Energies {
  readonly kind: "comparable" | "own_offset" | "own_unit" | "own_ruler";
  readonly formula: string;
  readonly unit: (count: number) => Vector;
  readonly offset: (count: number) => Vector;
}

const fill = (count: number, rest: number, index: number, value: number): Vector =>
  Array.from({ length: count }, (_, h) => (h === index ? value : rest));
const letter = (index: number): string => String.fromCharCode(65 + index);

export const comparable = (): Energies => ({
  kind: "comparable",
  formula: "one zero for all",
  unit: (count) => fill(count, 1, -1, 1),
  offset: (count) => fill(count, 0, -1, 0),
});

/** One hypothesis measures on a ruler of its own: in its own unit, from its own zero. */
export const own_ruler = (factor = 1, amount = 0, index = 1): Energies => ({
  kind: "own_ruler",
  formula: `${letter(index)}: a d + b`,
  unit: (count) => fill(count, 1, index, factor),
  offset: (count) => fill(count, 0, index, amount),
});

/** One hypothesis counts from a zero of its own: `amount` nats are added to it. */
export const own_offset = (amount = 1.5, index = 1): Energies => ({
  ...own_ruler(1, amount, index),
  kind: "own_offset",
  formula: `${letter(index)}: d + ${amount}`,
});

/** One hypothesis counts in a unit of its own: its energy is multiplied by `factor`. */
export const own_unit = (factor = 1.5, index = 1): Energies => ({
  ...own_ruler(factor, 0, index),
  kind: "own_unit",
  formula: `${letter(index)}: ${factor} d`,
});

/** Kernels: how far z is from each prototype, in nats. */
export type Kernel = (z: Vector, prototypes: readonly Vector[]) => Vector;
export const distance: Kernel = (z, prototypes) => prototypes.map((m) => Math.hypot(...z.map((x, i) => x - m[i])));
export const squared_distance: Kernel = (z, prototypes) => distance(z, prototypes).map((d) => (d * d) / 2);
export const cauchy: Kernel = (z, prototypes) => distance(z, prototypes).map((d) => Math.log1p(d * d));
export const dot_product: Kernel = (z, prototypes) => prototypes.map((m) => -dot(z, m));
/** Minus the log of each density on a line: distance and volume. */
export const gaussian = (z: Vector, means: readonly Vector[], variances: Vector): Vector =>
  squared_distance(z, means).map((d, h) => d / variances[h] + Math.log(2 * Math.PI * variances[h]) / 2);
