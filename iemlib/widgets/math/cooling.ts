/** Cooling: prototypes brought to rest at one temperature after another, from hot to cold. */
import { sum } from "./array";
import { log_sum_exp } from "./softmin";

export type Point = readonly [number, number];
export type Places = readonly Point[];

/** A step that moves no coordinate by more is rest. */
const STILL = 1e-9;
const MOST = 1000;

/**
 * Steps of EM at one temperature until the prototypes stand still: to the mean of the data, weighted by
 * softmin(‖x − m‖²/2τ). A loop over flat arrays: a way down takes thousands of steps, and is asked for by a hand.
 */
export const rest = (data: Places, start: Places, temperature: number): Places => {
  const count = start.length;
  const place = Float64Array.from(start.flat());
  const weight = new Float64Array(count);
  const likelihood = new Float64Array(count);
  const total = new Float64Array(2 * count);
  for (let step = 0, far = 1; step < MOST && far > STILL; step++) {
    weight.fill(0);
    total.fill(0);
    for (const [across, up] of data) {
      let least = Number.POSITIVE_INFINITY;
      for (let h = 0; h < count; h++) {
        likelihood[h] = ((across - place[2 * h]) ** 2 + (up - place[2 * h + 1]) ** 2) / (2 * temperature);
        least = Math.min(least, likelihood[h]);
      }
      let all = 0;
      for (let h = 0; h < count; h++) {
        likelihood[h] = Math.exp(least - likelihood[h]);
        all += likelihood[h];
      }
      for (let h = 0; h < count; h++) {
        const share = likelihood[h] / all;
        weight[h] += share;
        total[2 * h] += share * across;
        total[2 * h + 1] += share * up;
      }
    }
    far = 0;
    for (let i = 0; i < 2 * count; i++) {
      const moved = weight[i >> 1] > 0 ? total[i] / weight[i >> 1] : place[i];
      far = Math.max(far, Math.abs(moved - place[i]));
      place[i] = moved;
    }
  }
  return start.map((_, h): Point => [place[2 * h], place[2 * h + 1]]);
};

/** How large the push is that parts prototypes on one spot, in the unit of the data. */
const NUDGE = 1e-3;
/** The same small push every time: prototypes on one spot have equal shares, and would move alike for ever. */
const nudged = (places: Places): Places =>
  places.map(([across, up], h): Point => [across + NUDGE * Math.cos(2 * h + 1), up + NUDGE * Math.cos(2 * h + 2)]);

/** One temperature more: from where they rest, pushed a little, to where they rest then. */
export const cooled = (data: Places, before: Places, temperature: number): Places =>
  rest(data, nudged(before), temperature);

/** Mean log-likelihood of the data at a temperature, (1/N) Σ_n log Σ_h exp(−d_nh/τ) − log K. */
export const log_likelihood = (data: Places, places: Places, temperature: number): number =>
  sum(data.map((x) => log_sum_exp(places.map((m) => ((x[0] - m[0]) ** 2 + (x[1] - m[1]) ** 2) / (2 * temperature))))) /
    data.length -
  Math.log(places.length);

/** What is stable on the mean and what is not: their covariance's largest eigenvalue, and the way that they part. */
export interface FirstSplit {
  readonly mean: Point;
  readonly temperature: number;
  /** Of length one, its larger coordinate positive. */
  readonly direction: Point;
}
export const first_split = (data: Places): FirstSplit => {
  const meanOf = (of: (x: Point) => number): number => sum(data.map(of)) / data.length;
  const mean: Point = [meanOf(([across]) => across), meanOf(([, up]) => up)];
  const [a, b, c] = [
    meanOf(([across]) => (across - mean[0]) ** 2),
    meanOf(([across, up]) => (across - mean[0]) * (up - mean[1])),
    meanOf(([, up]) => (up - mean[1]) ** 2),
  ];
  // The angle of the longest axis of the ellipse of that covariance.
  const angle = Math.atan2(2 * b, a - c) / 2;
  return {
    mean,
    temperature: (a + c) / 2 + Math.hypot((a - c) / 2, b),
    direction: [Math.cos(angle), Math.sin(angle)],
  };
};
