/** Prototypes that learn: five learners, one rule for each, the same data and the same start. */
import { each, sum, type Vector } from "./array";
import { sigmoid } from "./scalar";
import { log_sum_exp, responsibilities } from "./softmin";

export type Point = readonly [number, number];
export type Places = readonly Point[];
export type Learner = "em" | "gradient" | "hard" | "independent" | "unnormalized";

/** ‖x − m‖²/2σ² of a point from each prototype. */
export const squared_distance = (x: Point, places: Places, scale: number): Vector =>
  places.map((m) => ((x[0] - m[0]) ** 2 + (x[1] - m[1]) ** 2) / (2 * scale * scale));

const winner = (energies: Vector): Vector => {
  const best = energies.indexOf(Math.min(...energies));
  return energies.map((_, h) => (h === best ? 1 : 0));
};

/**
 * Credit of each prototype for one point: the scores of the learner's normalization, without the rest of the pipe,
 * since fifty steps ask for them thousands of times.
 */
export const CREDIT: Readonly<Record<Learner, (energies: Vector) => Vector>> = {
  em: (energies) => responsibilities(energies),
  gradient: (energies) => responsibilities(energies),
  hard: winner,
  independent: (energies) => energies.map((d) => sigmoid(-d)),
  unnormalized: (energies) => energies.map((d) => Math.exp(-d)),
};
export const LEARNERS = Object.keys(CREDIT) as readonly Learner[];

/**
 * The prototypes after one step along the pull g_h = Σ_n c_nh (x_n − m_h): to the credited mean m_h + g_h/Σ_n c_nh
 * at once, or by `rate` · g_h/N. One that no point gives any credit stays where it is.
 */
export const step = (learner: Learner, data: Places, places: Places, scale: number, rate: number): Places => {
  const mass = places.map(() => 0);
  const pull = places.map(() => [0, 0]);
  for (const x of data) {
    const credit = CREDIT[learner](squared_distance(x, places, scale));
    places.forEach((m, h) => {
      mass[h] += credit[h];
      pull[h][0] += credit[h] * (x[0] - m[0]);
      pull[h][1] += credit[h] * (x[1] - m[1]);
    });
  }
  return places.map((m, h) => {
    const credited = mass[h] > 0 ? 1 / mass[h] : 0;
    const length = learner === "gradient" ? rate / data.length : credited;
    return [m[0] + length * pull[h][0], m[1] + length * pull[h][1]];
  });
};

/** The start, and the prototypes after each step. */
export const trajectory = (
  learner: Learner,
  data: Places,
  start: Places,
  steps: number,
  scale: number,
  rate: number,
): readonly Places[] => {
  const path = [start];
  for (let t = 0; t < steps; t++) path.push(step(learner, data, path[t], scale, rate));
  return path;
};

/** Mean log-likelihood of the data, (1/N) Σ_n log Σ_h exp(−d_nh) − log K: equal priors, the volume left out. */
export const log_likelihood = (data: Places, places: Places, scale: number): number =>
  sum(data.map((x) => log_sum_exp(squared_distance(x, places, scale)))) / data.length - Math.log(places.length);

/** Mulberry32: numbers from 0 up to 1 that every language computes alike. */
const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = ((t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t) >>> 0;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

const GROUPS: Places = [
  [-2, -1.3],
  [2.2, -1.1],
  [1.2, 2.1],
];
const SPREAD = 0.62;
const EACH = 20;

/** Sixty points in the plane, twenty around each of three places, rounded to three decimals. */
export const three_groups = (seed = 7): Places => {
  const roll = uniform(seed);
  // Box and Muller's transform, one of its two numbers a time.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
  const near = (centre: number): number => Math.round((centre + SPREAD * normal()) * 1000) / 1000;
  return GROUPS.flatMap(([x, y]) => each(EACH, (): Point => [near(x), near(y)]));
};
