/** Inputs that an objective is tried at: near, middle, far and tied, for far ones alone do not tell. */
import { each, type Vector } from "../array";

/** Mulberry32: numbers from 0 up to 1, the same ones for a seed everywhere. */
export const dice = (seed: number): (() => number) => {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const inputs = (count: number): readonly Vector[] => {
  const roll = dice(7 + count);
  const normal = (): number => Math.sqrt(-2 * Math.log(roll() + 1e-300)) * Math.cos(2 * Math.PI * roll());
  const all = (draw: (h: number) => number): Vector => each(count, draw);
  return [
    ...each(12, () => all(normal)),
    ...each(6, () => all(() => 5 * normal())),
    ...each(6, () => all(() => 100 * roll() - 50)),
    ...each(4, () => all(() => 6 * roll())),
    all(() => 20 + normal()),
    all(() => normal() - 20),
    all(() => 1),
    all((h) => (h < 2 ? 0.5 : 2)),
  ];
};

/** What is added to all energies at once; only upwards, where the objective has values for energies above zero alone. */
export const SHIFTS = { anywhere: [1, -1, 7, 30], upwards: [1, 7, 30] } as const satisfies Readonly<
  Record<string, Vector>
>;
