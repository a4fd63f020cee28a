/** Small vectors and matrices: the few operations that the five rooms share. */
export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export const sum = (v: Vector): number => v.reduce((a, b) => a + b, 0);
export const dot = (a: Vector, b: Vector): number => a.reduce((t, x, i) => t + x * b[i], 0);
/** One entry for each of n. A loop: Array.from took most of a measurement's time. */
export const each = <T>(n: number, entry: (h: number) => T): readonly T[] => {
  const all: T[] = [];
  for (let h = 0; h < n; h++) all.push(entry(h));
  return all;
};
export const matrix = (n: number, cell: (h: number, k: number) => number): Matrix =>
  each(n, (h) => each(n, (k) => cell(h, k)));
export const diagonal = (v: Vector): Matrix => matrix(v.length, (h, k) => (h === k ? v[h] : 0));
export const zeros = (n: number): Matrix => matrix(n, () => 0);
/** Index of the largest entry, the first at ties. */
export const argmax = (v: Vector): number => v.reduce((best, x, i) => (x > v[best] ? i : best), 0);
export const oneHot = (n: number, at: number): Vector => each(n, (h) => (h === at ? 1 : 0));
