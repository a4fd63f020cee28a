/** The first split: what its sentence may say, from EM by a hand of its own, written with matrices of shares. */

import { three_groups } from "../../../iemlib/widgets/math/learning";
import type { State } from "../../../iemlib/widgets/split/state";
import { type Claims, clause, reads } from "../clauses";

type Point = readonly [number, number];
const DATA: Readonly<Record<State["data"], readonly Point[]>> = {
  groups: three_groups(1),
  two: [
    [-1, 0],
    [1, 0],
  ],
  rows: [
    [-1.4, -1],
    [-0.5, -1],
    [0.5, -1],
    [1.4, -1],
    [-1.4, 1],
    [-0.5, 1],
    [0.5, 1],
    [1.4, 1],
  ],
};
const STARTS: Readonly<Record<State["data"], readonly Point[]>> = {
  groups: [
    [1.6, 0.5],
    [-1.9, -0.9],
    [-1.6, -1.7],
  ],
  two: DATA.two,
  rows: [
    [0.3, 1],
    [-0.2, -0.8],
  ],
};
const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);

/** exp(x·m/τ − ‖m‖²/2τ): a likelihood without what all prototypes share. */
const likelihoods = (x: Point, places: readonly Point[], tau: number): readonly number[] =>
  places.map((m) => Math.exp((x[0] * m[0] + x[1] * m[1] - (m[0] ** 2 + m[1] ** 2) / 2) / tau));
/** EM's way to rest, a prototype's weight and its weighed data added up in plain loops: thousands of steps are taken. */
const settle = (data: readonly Point[], start: readonly Point[], tau: number): readonly Point[] => {
  let now = start.map(([x, y]) => [x, y] as const);
  for (let t = 0, far = 1; t < 1000 && far > 1e-9; t++) {
    const sums = now.map(() => [0, 0, 0]);
    const halves = now.map(([x, y]) => (x * x + y * y) / 2);
    const each = halves.map(() => 0);
    for (const [x, y] of data) {
      let all = 0;
      for (let h = 0; h < each.length; h++) {
        each[h] = Math.exp((x * now[h][0] + y * now[h][1] - halves[h]) / tau);
        all += each[h];
      }
      for (let h = 0; h < each.length; h++) {
        const share = each[h] / all;
        sums[h][0] += share;
        sums[h][1] += share * x;
        sums[h][2] += share * y;
      }
    }
    const next = sums.map(([mass, x, y]): Point => [x / mass, y / mass]);
    far = Math.max(...next.flatMap((m, h) => [Math.abs(m[0] - now[h][0]), Math.abs(m[1] - now[h][1])]));
    now = next;
  }
  return now;
};
const push = (places: readonly Point[]): readonly Point[] =>
  places.map(([x, y], h): Point => [x + 0.001 * Math.cos(2 * h + 1), y + 0.001 * Math.cos(2 * h + 2)]);

/** The ways down are asked for again and again: every end is computed once. */
const known = new Map<string, readonly Point[]>();
const kept = (key: string, make: () => readonly Point[]): readonly Point[] => {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
};
/** After so many rungs of the way down. */
const afterRungs = (data: State["data"], rungs: number): readonly Point[] =>
  rungs === 0
    ? STARTS[data]
    : kept(`${data} ${rungs}`, () => settle(DATA[data], push(afterRungs(data, rungs - 1)), tauAt(rungs - 1)));
const tauAt = (rung: number): number => (rung === 0 ? 6 : tauAt(rung - 1) * 0.9);
const end = ({ data, temperature }: State, way: string): readonly Point[] =>
  kept(`${data} ${way} at ${temperature}`, () => {
    if (way === "at once") return settle(DATA[data], STARTS[data], temperature);
    let rungs = 0;
    while (tauAt(rungs) > temperature * 1.000001) rungs++;
    return settle(DATA[data], push(afterRungs(data, rungs)), temperature);
  });

/** Places that are joined by steps shorter than the width of one. */
const count = (places: readonly Point[]): number => {
  let left = places.map((m) => m);
  let found = 0;
  while (left.length > 0) {
    const [first] = left;
    left = left.filter((m) => Math.hypot(m[0] - first[0], m[1] - first[1]) >= 0.05);
    found++;
  }
  return found;
};
const L = ({ data, temperature }: State, places: readonly Point[]): number =>
  add(
    DATA[data].map(
      (x) =>
        Math.log(add(likelihoods(x, places, temperature)) / places.length) -
        (x[0] ** 2 + x[1] ** 2) / (2 * temperature),
    ),
  ) / DATA[data].length;
/** By the power method, which knows nothing of angles. */
const eigenvalue = (data: readonly Point[]): number => {
  const mean = [0, 1].map((i) => add(data.map((x) => x[i])) / data.length);
  const c = [0, 1].map((i) =>
    [0, 1].map((j) => add(data.map((x) => (x[i] - mean[i]) * (x[j] - mean[j]))) / data.length),
  );
  let v = [0.8, 0.6];
  for (let t = 0; t < 500; t++) {
    const w = [c[0][0] * v[0] + c[0][1] * v[1], c[1][0] * v[0] + c[1][1] * v[1]];
    const length = Math.hypot(w[0], w[1]);
    v = w.map((x) => x / length);
  }
  return v[0] * (c[0][0] * v[0] + c[0][1] * v[1]) + v[1] * (c[1][0] * v[0] + c[1][1] * v[1]);
};

const NAMED = "([Cc]ooled from 6|[Aa]t once)";
const wayOf = (name: string): string => (name.toLowerCase() === "at once" ? "at once" : "cooled");
const WHAT: Readonly<Record<string, State["data"]>> = {
  "Three groups, three": "groups",
  "Two data, two": "two",
  "Two rows, two": "rows",
};

export const claims: Claims<State> = {
  states: [
    { temperature: 4.2 },
    { temperature: 4 },
    { temperature: 2.6 },
    { temperature: 1.21 },
    { temperature: 5.4 },
    { temperature: 4.112054019776381 },
    { temperature: 0.2, way: "at once" },
    { data: "two", temperature: 1.05 },
    { data: "two", temperature: 0.5 },
    { data: "rows", temperature: 0.5 },
    { data: "rows", temperature: 0.8, way: "at once" },
  ],
  of: (state) => {
    const { temperature, way, data } = state;
    const largest = eigenvalue(DATA[data]);
    const said = (name: string, places: string, value: string): boolean =>
      Number(places) === count(end(state, wayOf(name))) && reads(value, L(state, end(state, wayOf(name))));
    const rise = L(state, end(state, "cooled")) - L(state, end(state, "at once"));
    const clauses = [
      clause("(Three groups, three|Two data, two|Two rows, two) prototypes\\.", (what) => WHAT[what] === data),
      clause("(Cooled from 6|At once)\\. ", (name) => wayOf(name) === way),
      clause(
        "The temperature is N, (above|below) the largest eigenvalue, N",
        (tau, side, value) =>
          reads(tau, temperature) &&
          reads(value, largest) &&
          (side === "above" ? temperature > largest - 1e-9 : temperature < largest + 1e-9),
      ),
      clause(
        `${NAMED} they stand in (\\d) places?, \\x4c N; ${NAMED} in (\\d) places?, \\x4c N`,
        (one, inOne, ofOne, other, inOther, ofOther) =>
          wayOf(one) === way && wayOf(other) !== way && said(one, inOne, ofOne) && said(other, inOther, ofOther),
      ),
      clause("Both ways end as high", () => Math.abs(rise) < 0.005 + 1e-6),
      clause(
        `${NAMED} ends higher, by N`,
        (name, by) =>
          Math.abs(rise) > 0.005 - 1e-6 &&
          reads(by, Math.abs(rise)) &&
          wayOf(name) === (rise > 0 ? "cooled" : "at once"),
      ),
    ];
    return { clauses, broken: [] };
  },
};
