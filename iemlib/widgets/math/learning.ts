/** Prototypes that learn: five learners, one rule for each, the same data and the same start. */
export type Point = readonly [number, number];
export type Places = readonly Point[];
export type Learner = "em" | "gradient" | "hard" | "independent" | "unnormalized";

/** Half the squared distance of a point from each prototype, over σ². */
export const squaredDistance = (x: Point, places: Places, scale: number): number[] =>
  places.map((m) => ((x[0] - m[0]) ** 2 + (x[1] - m[1]) ** 2) / (2 * scale * scale));

const softmin = (d: readonly number[]): number[] => {
  const least = Math.min(...d);
  const f = d.map((v) => Math.exp(least - v));
  const Z = f.reduce((a, b) => a + b, 0);
  return f.map((v) => v / Z);
};
/** Credit of each prototype for one point: the scores of the learner's normalization. */
export const CREDIT: Readonly<Record<Learner, (d: readonly number[]) => number[]>> = {
  em: softmin,
  gradient: softmin,
  hard: (d) => {
    const winner = d.indexOf(Math.min(...d));
    return d.map((_, h) => (h === winner ? 1 : 0));
  },
  independent: (d) => d.map((v) => 1 / (1 + Math.exp(v))),
  unnormalized: (d) => d.map((v) => Math.exp(-v)),
};
export const LEARNERS = Object.keys(CREDIT) as readonly Learner[];

/** The credited mean at once, or a step of length `rate` along the pull; without credit a prototype stays. */
export const step = (learner: Learner, data: Places, places: Places, scale: number, rate: number): Places => {
  const total = places.map(() => 0);
  const pull = places.map(() => [0, 0]);
  for (const x of data) {
    const c = CREDIT[learner](squaredDistance(x, places, scale));
    places.forEach((m, h) => {
      total[h] += c[h];
      pull[h][0] += c[h] * (x[0] - m[0]);
      pull[h][1] += c[h] * (x[1] - m[1]);
    });
  }
  return places.map((m, h) => {
    const by = learner === "gradient" ? rate / data.length : total[h] > 0 ? 1 / total[h] : 0;
    return [m[0] + by * pull[h][0], m[1] + by * pull[h][1]];
  });
};

export const trajectory = (
  learner: Learner,
  data: Places,
  start: Places,
  steps: number,
  scale: number,
  rate: number,
): readonly Places[] => {
  const all = [start];
  for (let t = 0; t < steps; t++) all.push(step(learner, data, all[t], scale, rate));
  return all;
};

/** Mean log-likelihood of the data with equal priors, the volume left out. */
export const logLikelihood = (data: Places, places: Places, scale: number): number =>
  data.reduce((t, x) => {
    const d = squaredDistance(x, places, scale);
    const least = Math.min(...d);
    return t + Math.log(d.reduce((a, v) => a + Math.exp(least - v), 0)) - least;
  }, 0) /
    data.length -
  Math.log(places.length);

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
export const threeGroups = (seed: number): Places => {
  const roll = uniform(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
  const rounded = (v: number): number => Math.round(v * 1000) / 1000;
  return GROUPS.flatMap((place) =>
    Array.from(
      { length: EACH },
      (): Point => [rounded(place[0] + SPREAD * normal()), rounded(place[1] + SPREAD * normal())],
    ),
  );
};
