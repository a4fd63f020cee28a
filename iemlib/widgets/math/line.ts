/** One step of learning on a line, for three kernels: where the M-step lands, and where the gradient goes. */
import { dot, sum, type Vector } from "./array";
import { responsibilitiesAndLogSumExp } from "./mechanism";

export type Interval = readonly [number, number];
export interface Kernel {
  readonly formula: string;
  /** The energy of a gap u, and how fast it grows there. */
  readonly energy: (u: number) => number;
  readonly growth: (u: number) => number;
  /** Where the sum of energies is least; weights sum to one. */
  readonly least: (data: Vector, weights: Vector) => readonly Interval[];
}

/** Two sums of energies, or two distances, that differ by less are the same. */
const EQUAL = 1e-9;
/** Cells in which a maximum is looked for between the extreme data, and halvings of one: past the last digit. */
const CELLS = 400;
const HALVINGS = 60;

/** What the M-step maximizes, −Σ w d(x − m), for one prototype at a place m. */
export const expected = (kernel: Kernel, data: Vector, weights: Vector, at: number): number =>
  weights.reduce((all, w, n) => all - w * kernel.energy(data[n] - at), 0);
/** Those of some places at which that is largest. */
const highest = (kernel: Kernel, data: Vector, weights: Vector, places: Vector): Vector => {
  const heights = places.map((at) => expected(kernel, data, weights, at));
  return places.filter((_, i) => heights[i] > Math.max(...heights) - EQUAL);
};
/** How steeply it rises there. */
const slope = (kernel: Kernel, data: Vector, weights: Vector, at: number): number =>
  weights.reduce((all, w, n) => all + w * kernel.growth(data[n] - at), 0);

const squared: Kernel = {
  formula: "u²/2",
  energy: (u) => (u * u) / 2,
  growth: (u) => u,
  least: (data, weights) => [[dot(data, weights), dot(data, weights)]],
};
const absolute: Kernel = {
  formula: "|u|",
  energy: Math.abs,
  growth: Math.sign,
  least: (data, weights) => {
    const medians = highest(absolute, data, weights, data);
    return [[Math.min(...medians), Math.max(...medians)]];
  },
};
const cauchy: Kernel = {
  formula: "log(1 + u²)",
  energy: (u) => Math.log1p(u * u),
  growth: (u) => (2 * u) / (1 + u * u),
  least: (data, weights) => {
    const rises = (at: number): boolean => slope(cauchy, data, weights, at) > 0;
    const low = Math.min(...data);
    const cell = (Math.max(...data) - low) / CELLS;
    const tops = [low];
    for (let i = 0; i < CELLS; i++) {
      let [up, down] = [low + cell * i, low + cell * (i + 1)];
      if (!rises(up) || rises(down)) continue;
      for (let j = 0; j < HALVINGS; j++) {
        const middle = (up + down) / 2;
        if (rises(middle)) up = middle;
        else down = middle;
      }
      tops.push(up);
    }
    return highest(cauchy, data, weights, tops).map((at) => [at, at]);
  },
};
export const KERNELS = { squared, absolute, cauchy } as const;

/** Energies of a datum at each place. */
export const energies = (kernel: Kernel, x: number, places: Vector): Vector => places.map((m) => kernel.energy(x - m));

/** Each datum's responsibilities at some places. */
export const shares = (kernel: Kernel, data: Vector, places: Vector): readonly Vector[] =>
  data.map((x) => responsibilitiesAndLogSumExp(energies(kernel, x, places)).r);

/** One prototype's share of the data, and the slope of L as it moves. */
export interface Pull {
  readonly weights: Vector;
  readonly slope: number;
}
/** Each prototype's pull; weights and slopes for each unit of responsibility that it has. */
export const pulls = (kernel: Kernel, data: Vector, places: Vector): readonly Pull[] => {
  const r = shares(kernel, data, places);
  return places.map((m, h) => {
    const own = r.map((v) => v[h]);
    const all = sum(own);
    const weights = own.map((v) => v / all);
    return { weights, slope: slope(kernel, data, weights, m) };
  });
};

/** The start, and the places after each of `steps` steps: EM's, or the gradient's where a rate is given. */
export const walk = (kernel: Kernel, data: Vector, start: Vector, steps: number, rate?: number): readonly Vector[] => {
  const path = [start];
  for (let i = 0; i < steps; i++)
    path.push(
      pulls(kernel, data, path[i]).map(({ weights, slope }, h) => {
        const m = path[i][h];
        // EM goes to the nearest of the best places, the lower of two as near.
        return rate
          ? m + rate * slope
          : kernel
              .least(data, weights)
              .map(([low, high]) => Math.max(low, Math.min(high, m)))
              .reduce((a, b) => (Math.abs(b - m) < Math.abs(a - m) - EQUAL ? b : a));
      }),
    );
  return path;
};
