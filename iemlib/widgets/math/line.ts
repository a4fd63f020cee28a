/** One step of learning on a line, for three kernels: where the M-step lands, and where the gradient goes. */
import { dot, each, sum, type Vector } from "./array";
import { responsibilities } from "./softmin";

export type Interval = readonly [number, number];
export interface Kernel {
  readonly name: string;
  readonly formula: string;
  /** The energy of a gap u, and how fast it grows there. */
  readonly energy: (gap: number) => number;
  readonly growth: (gap: number) => number;
  /** All places at which the M-step's objective is largest, from low to high; weights sum to one. */
  readonly maximizers: (data: Vector, weights: Vector) => readonly Interval[];
}

/** Two sums of energies, or two distances, that differ by less are the same. */
const EQUAL = 1e-9;
/** Cells in which a top is looked for between the extreme data. */
const CELLS = 400;
/** Of one cell: past the last digit. */
const HALVINGS = 60;

/** Q(m) = −Σ_n w_n d(x_n − m): what the M-step maximizes, for one prototype at a place m. */
export const expected = (kernel: Kernel, data: Vector, weights: Vector, place: number): number =>
  -dot(
    weights,
    data.map((x) => kernel.energy(x - place)),
  );

/** Those of some places at which that is largest. */
const highest = (kernel: Kernel, data: Vector, weights: Vector, places: Vector): Vector => {
  const heights = places.map((place) => expected(kernel, data, weights, place));
  const most = Math.max(...heights);
  return places.filter((_, i) => heights[i] > most - EQUAL);
};

/** How steeply it rises there: Σ_n w_n d′(x_n − m). */
const slopeAt = (kernel: Kernel, data: Vector, weights: Vector, place: number): number =>
  dot(
    weights,
    data.map((x) => kernel.growth(x - place)),
  );

/** d = u²/2: the weighted mean. */
const squared_distance: Kernel = {
  name: "squared distance",
  formula: "u²/2",
  energy: (gap) => (gap * gap) / 2,
  growth: (gap) => gap,
  maximizers: (data, weights) => {
    const mean = dot(data, weights);
    return [[mean, mean]];
  },
};

/** d = |u|: the weighted medians, a datum or the interval between two. */
const absolute: Kernel = {
  name: "absolute",
  formula: "|u|",
  energy: Math.abs,
  growth: Math.sign,
  maximizers: (data, weights) => {
    const medians = highest(absolute, data, weights, data);
    return [[Math.min(...medians), Math.max(...medians)]];
  },
};

/** Where Q turns from rising to falling between two places, by halving. */
const turn = (rises: (place: number) => boolean, from: number, to: number): number => {
  let [rising, falling] = [from, to];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (rising + falling) / 2;
    if (rises(middle)) rising = middle;
    else falling = middle;
  }
  return rising;
};

/** d = log(1 + u²): no formula; its tops are looked for cell by cell, and the highest of them kept. */
const cauchy: Kernel = {
  name: "Cauchy",
  formula: "log(1 + u²)",
  energy: (gap) => Math.log1p(gap * gap),
  growth: (gap) => (2 * gap) / (1 + gap * gap),
  maximizers: (data, weights) => {
    const low = Math.min(...data);
    const width = (Math.max(...data) - low) / CELLS;
    const edges = each(CELLS + 1, (i) => low + width * i);
    const rises = (place: number): boolean => slopeAt(cauchy, data, weights, place) > 0;
    const rising = edges.map(rises);
    const tops = edges.flatMap((edge, i) =>
      rising[i] && rising[i + 1] === false ? [turn(rises, edge, edges[i + 1])] : [],
    );
    return highest(cauchy, data, weights, [low, ...tops]).map((top) => [top, top]);
  },
};

export const KERNELS = { squared_distance, absolute, cauchy } as const;

/** Energies of a datum at each place. */
export const energies = (kernel: Kernel, datum: number, places: Vector): Vector =>
  places.map((place) => kernel.energy(datum - place));

/** Each datum's responsibilities at some places. */
export const shares = (kernel: Kernel, data: Vector, places: Vector): readonly Vector[] =>
  data.map((datum) => responsibilities(energies(kernel, datum, places)));

/** How the data pull on one prototype, for each unit of responsibility that it has. */
export interface Pull {
  /** Each datum's weight r_nh/Σ_n r_nh. */
  readonly weights: Vector;
  /** ∂L/∂m_h over Σ_n r_nh. */
  readonly slope: number;
}

/** Each prototype's pull, at the places as they are. */
export const pulls = (kernel: Kernel, data: Vector, places: Vector): readonly Pull[] => {
  const r = shares(kernel, data, places);
  return places.map((place, h) => {
    const own = r.map((ofDatum) => ofDatum[h]);
    const mass = sum(own);
    const weights = own.map((share) => share / mass);
    return { weights, slope: slopeAt(kernel, data, weights, place) };
  });
};

/** Where one step of EM takes each prototype: to the maximizer nearest to it, the lower of two as near. */
export const m_step = (kernel: Kernel, data: Vector, places: Vector): Vector =>
  pulls(kernel, data, places).map(({ weights }, h) => {
    const place = places[h];
    const candidates = kernel.maximizers(data, weights).map(([low, high]) => Math.max(low, Math.min(high, place)));
    return candidates.reduce((nearest, other) =>
      Math.abs(other - place) < Math.abs(nearest - place) - EQUAL ? other : nearest,
    );
  });

/** Where one step along the gradient takes each prototype: m_h + rate · slope_h. */
export const gradient_step = (kernel: Kernel, data: Vector, places: Vector, rate: number): Vector =>
  pulls(kernel, data, places).map(({ slope }, h) => places[h] + rate * slope);

/** The start, and the places after each of `steps` steps: EM's, or the gradient's where a rate is given. */
export const walk = (
  kernel: Kernel,
  data: Vector,
  start: Vector,
  steps: number,
  rate?: number | undefined,
): readonly Vector[] => {
  const path = [start];
  for (let i = 0; i < steps; i++)
    path.push(rate === undefined ? m_step(kernel, data, path[i]) : gradient_step(kernel, data, path[i], rate));
  return path;
};
