/** What the widget of learning may say: of each learner's way, which other tests hold to Python's. */
import type { State } from "../../../iemlib/widgets/learning/state";
import {
  LEARNERS,
  type Learner,
  log_likelihood,
  type Places,
  three_groups,
  trajectory,
} from "../../../iemlib/widgets/math/learning";
import { type Claims, clause, letters, reads } from "../clauses";

export const STARTS: Readonly<Record<string, Places>> = {
  far: [
    [-1.2, 0.3],
    [1.4, 0.6],
    [-2.6, 3.6],
  ],
  near: [
    [-1.2, 0.3],
    [1.6, 2.6],
    [0.8, 1.4],
  ],
  between: [
    [1.6, 0.5],
    [-1.9, -0.9],
    [-1.6, -1.7],
  ],
};
export const SCALE = 1.1;

const NAMES: Readonly<Record<string, Learner>> = {
  EM: "em",
  Gradient: "gradient",
  gradient: "gradient",
  Hard: "hard",
  hard: "hard",
  Independent: "independent",
  independent: "independent",
  Unnormalized: "unnormalized",
  unnormalized: "unnormalized",
};
const NAMED = "(EM|[Gg]radient|[Hh]ard|[Ii]ndependent|[Uu]nnormalized)";
const gap = (a: readonly number[], b: readonly number[]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Fifty steps are asked for again and again: every way is computed once. */
const ways = new Map<string, readonly Places[]>();
const way = (learner: Learner, data: Places, { seed, start, rate }: State): readonly Places[] => {
  const key = [learner, Math.round(seed), start, learner === "gradient" && rate].join();
  const known = ways.get(key) ?? trajectory(learner, data, STARTS[start], 50, SCALE, rate);
  ways.set(key, known);
  return known;
};

export const claims: Claims<State> = {
  states: [
    { step: 50 },
    { step: 50, start: "near", seed: 23 },
    { step: 50, start: "between", seed: 1 },
    { without: [...LEARNERS] },
    { step: 9, without: ["em"] },
    { step: 12, without: ["hard", "independent", "unnormalized"], hide: ["without"] },
  ],
  of: (state) => {
    const { step, start, seed, rate, without } = state;
    const at = Math.round(step);
    const data = three_groups(Math.round(seed));
    const first = STARTS[start];
    const of = (name: string): Places => way(NAMES[name], data, state)[at];
    const on = (name: string): boolean => !without.includes(NAMES[name]);
    const apart = (): number => Math.max(...of("EM").map((m, k) => gap(m, of("gradient")[k])));
    const left = (places: Places): string =>
      places.flatMap((m, k) => (gap(m, first[k]) === 0 ? ["ABC"[k]] : [])).join();
    const together = (places: Places): readonly string[] =>
      places.flatMap((m, k) =>
        places.slice(k + 1).flatMap((o, j) => (gap(m, o) < 0.05 ? [`${"ABC"[k]} and ${"ABC"[k + 1 + j]}`] : [])),
      );
    // The learner that is spoken of.
    let subject = "";
    const said = (name: string, value: string): boolean => {
      subject = name;
      return on(name) && reads(value, log_likelihood(data, of(name), SCALE));
    };
    const clauses = [
      clause("Step (\\d+)\\.", (t) => Number(t) === at),
      clause(
        "(Every learner|\\w+) stands at the start, with a log-likelihood of N",
        (who, value) =>
          at === 0 &&
          (who === "Every learner" ? without.length < 4 : without.length === 4 && on(who)) &&
          reads(value, log_likelihood(data, first, SCALE)),
      ),
      clause("No learner is on", () => without.length === 5),
      clause("Points of seed (\\d+)\\.", (s) => Number(s) === Math.round(seed)),
      clause("Rate N\\.", (v) => reads(v, rate)),
      clause("C starts far from every point", () => start === "far" && data.every((x) => gap(x, first[2]) > 1)),
      clause("B and C start in one group", () => start === "near"),
      clause("A starts between two groups, B and C in the third", () => start === "between"),
      clause(`${NAMED} is (on|off)\\.`, (name, how) => on(name) === (how === "on")),
      clause("EM is at N, gradient at N", (a, b) => said("EM", a) && said("gradient", b)),
      clause("the same place by another path", () => apart() < 0.05),
      clause("up to N apart", (v) => reads(v, apart()) && apart() >= 0.05),
      clause(
        `${NAMED} is at N(?=\\.)`,
        (name, v) => said(name, v) && left(of(name)) === "" && together(of(name)).length === 0,
      ),
      clause(`${NAMED} is at N:`, (name, v) => said(name, v)),
      clause("LIST (?:has|have) not moved", (list) => letters(list).join() === left(of(subject))),
      clause("((?:[ABC] and [ABC](?:, | and )?)+) stand in one place", (list) => {
        const pairs = together(of(subject));
        return pairs.length > 0 && pairs.every((pair) => list.includes(pair));
      }),
    ];
    return { clauses, broken: [] };
  },
};
