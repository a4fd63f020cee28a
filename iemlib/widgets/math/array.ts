/** Small vectors and matrices: the few operations that the five rooms share. */
export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export const sum = (v: Vector): number => v.reduce((a, b) => a + b, 0);
export const dot = (a: Vector, b: Vector): number => a.reduce((t, x, i) => t + x * b[i], 0);
export const matrix = (n: number, cell: (h: number, k: number) => number): Matrix =>
  Array.from({ length: n }, (_, h) => Array.from({ length: n }, (_, k) => cell(h, k)));
export const diagonal = (v: Vector): Matrix => matrix(v.length, (h, k) => (h === k ? v[h] : 0));
export const zeros = (n: number): Matrix => matrix(n, () => 0);
/** Index of the largest entry, the first at ties. */
export const argmax = (v: Vector): number => v.reduce((best, x, i) => (x > v[best] ? i : best), 0);
export const oneHot = (n: number, at: number): Vector => Array.from({ length: n }, (_, i) => (i === at ? 1 : 0));
