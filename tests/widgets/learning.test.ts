/** Five learners in the browser are the five in Python, step for step; and what is said of them is so. */
import { describe, expect, test } from "vitest";
import { definition } from "../../iemlib/widgets/learning/view";
import { exponential } from "../../iemlib/widgets/math/exponentiation";
import {
  CREDIT,
  LEARNERS,
  logLikelihood,
  squaredDistance,
  threeGroups,
  trajectory,
  type Learner,
  type Places,
} from "../../iemlib/widgets/math/learning";
import { exact, hard, independent, none, terms, type Normalization } from "../../iemlib/widgets/math/normalization";
import { poster } from "../../iemlib/widgets/core/poster";
import type { State } from "../../iemlib/widgets/core/schema";
import type { Act } from "../../iemlib/widgets/core/widget";
import golden from "../golden/learners.json";
import { clause, faults, reads, spoken, state, letters, type Clause } from "./clauses";
import type { Given } from "./widgets";
import { dice, randomState } from "./random";

const STARTS: Readonly<Record<string, Places>> = {
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
};
const SCALE = 1.1;

describe("the numbers are the oracle's", () => {
  test.each(Object.entries(golden.points))("points of seed %s", (seed, points) => {
    expect(threeGroups(Number(seed))).toEqual(points);
  });
  test.each(golden.cases.map((c) => [c.learner, c.start, c.seed, c] as const))(
    "%s from %s, seed %i: fifty steps",
    (learner, start, seed, c) => {
      const all = trajectory(learner as Learner, threeGroups(seed), STARTS[start], 50, SCALE, c.rate);
      const worst = Math.max(
        ...all.flatMap((places, t) => places.flat().map((v, i) => Math.abs(v - c.trajectory[t][i]))),
      );
      expect(all.length).toBe(51);
      expect(worst).toBeLessThan(1e-9);
    },
  );
});

test("credit is the score of each learner's normalization", () => {
  const rooms: Readonly<Record<Learner, Normalization>> = {
    em: exact(),
    gradient: exact(),
    hard: hard(),
    independent: independent(),
    unnormalized: none(),
  };
  const d = dice(61);
  for (let i = 0; i < 200; i++) {
    const energies = Array.from({ length: 3 }, () => 12 * d.roll());
    for (const learner of LEARNERS)
      CREDIT[learner](energies).forEach((c, h) =>
        expect(c).toBeCloseTo(rooms[learner].scores(terms(energies, exponential()))[h], 12),
      );
  }
});

/** Where each part of each point ends, in degrees from its top, read off the drawing: by place in a box of 10 000. */
const cuts = (markup: string): ReadonlyMap<string, readonly number[]> => {
  const all = new Map<string, number[]>();
  for (const [, d, k] of markup.matchAll(/ d="([^"]*)" class="i-part i-h(\d)"/g))
    for (const [, place, way] of d.matchAll(/M(\d+ \d+)([^Mz]*)z/g)) {
      const moves = way
        .slice(1)
        .split(/[la]/)
        .map((m) => m.split(" ").slice(-2).map(Number));
      const [x, y] = moves.reduce(([a, b], [u, v]) => [a + u, b + v], [0, 0]);
      const ends = all.get(place) ?? [];
      ends[Number(k)] = (Math.atan2(x / 250, -y / 262) * 180) / Math.PI;
      all.set(place, ends);
    }
  return all;
};

test("where learners cannot be chosen, those that are on have panels and no others", () => {
  const drawn = (without: readonly Learner[], hide: readonly string[]): string =>
    poster([definition], definition.tag, "few", JSON.stringify({ without, hide }));
  const panels = (markup: string): string[] =>
    [...markup.matchAll(/class="i-learner">.*?<b>(.*?)<\/b>/g)].map((m) => m[1]);
  for (const without of [[], ["hard"], ["gradient", "hard", "independent"], LEARNERS.slice(1), LEARNERS] as const) {
    const fixed = drawn(without, ["without"]);
    expect(panels(fixed)).toEqual(
      panels(drawn([], [])).filter((_, k) => !(without as readonly Learner[]).includes(LEARNERS[k])),
    );
    expect(fixed).not.toContain('type="checkbox"');
    expect(panels(drawn(without, []))).toHaveLength(LEARNERS.length);
  }
});

test.each(LEARNERS)("%s: each point is cut by credit, to a degree", (learner) => {
  const wrong: string[] = [];
  for (const [seed, step, start] of [
    [7, 0, "far"],
    [7, 3, "far"],
    [12, 10, "near"],
    [23, 50, "far"],
  ] as const) {
    const given = { seed, step, start, without: LEARNERS.filter((l) => l !== learner) };
    const data = threeGroups(seed);
    const now = trajectory(learner, data, STARTS[start], step, SCALE, 1.2)[step];
    const drawn = cuts(poster([definition], definition.tag, "cut", JSON.stringify(given)));
    for (const x of data) {
      const ends =
        drawn.get(`${Math.round(((x[0] + 4.2) / 8.4) * 1e4)} ${Math.round((1 - (x[1] + 3.4) / 8) * 1e4)}`) ?? [];
      const c = CREDIT[learner](squaredDistance(x, now, SCALE));
      const whole = Math.max(
        1,
        c.reduce((a, b) => a + b, 0),
      );
      let sum = 0;
      c.forEach((v, k) => {
        const end = ((sum += v) / whole) * 360;
        const gap = Math.abs((((ends[k] ?? Number.NaN) - end + 540) % 360) - 180);
        if (ends[k] === undefined ? (v / whole) * 360 > 1 : gap > 1)
          wrong.push(`${[seed, step, x, k]}: ${ends[k]}, not ${end}`);
      });
    }
  }
  expect(wrong).toEqual([]);
});

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

const wrong = (given: Given, act: Act<State> | null): readonly string[] => {
  const now = state(definition, given);
  const { step, start, seed, rate, without } = now as unknown as {
    step: number;
    start: string;
    seed: number;
    rate: number;
    without: readonly Learner[];
  };
  const at = Math.round(step);
  const data = threeGroups(Math.round(seed));
  const first = STARTS[start];
  const of = (name: string): Places => trajectory(NAMES[name], data, first, at, SCALE, rate)[at];
  const on = (name: string): boolean => !without.includes(NAMES[name]);
  const gap = (a: readonly number[], b: readonly number[]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const apart = (): number => Math.max(...of("EM").map((m, k) => gap(m, of("gradient")[k])));
  let subject = "";
  const said = (name: string, value: string): boolean => {
    subject = name;
    return on(name) && reads(value, logLikelihood(data, of(name), SCALE));
  };
  const clauses: readonly Clause[] = [
    clause("Step (\\d+)\\.", (t) => Number(t) === at),
    clause(
      "(Every learner|\\w+) stands at the start, with a log-likelihood of N",
      (who, value) =>
        at === 0 &&
        (who === "Every learner" ? without.length < 4 : without.length === 4 && on(who)) &&
        reads(value, logLikelihood(data, first, SCALE)),
    ),
    clause("No learner is on", () => without.length === 5),
    clause("Points of seed (\\d+)\\.", (s) => Number(s) === Math.round(seed)),
    clause("Rate N\\.", (v) => reads(v, rate)),
    clause("C starts far from every point", () => start === "far" && data.every((x) => gap(x, first[2]) > 1)),
    clause("B and C start in one group", () => start === "near"),
    clause(`${NAMED} is (on|off)\\.`, (name, how) => on(name) === (how === "on")),
    clause("EM is at N, gradient at N", (a, b) => said("EM", a) && said("gradient", b)),
    clause("the same place by another path", () => apart() < 0.05),
    clause("up to N apart", (v) => reads(v, apart()) && apart() >= 0.05),
    clause(`${NAMED} is at N(?::|(?=\\.))`, (name, v) => said(name, v)),
    clause(
      "LIST (?:has|have) not moved",
      (list) =>
        letters(list).join() ===
        of(subject)
          .flatMap((m, k) => (gap(m, first[k]) === 0 ? ["ABC"[k]] : []))
          .join(),
    ),
    clause("((?:[ABC] and [ABC](?:, | and )?)+) stand in one place", (list) => {
      const pairs = of(subject).flatMap((m, k, all) =>
        all.slice(k + 1).flatMap((o, j) => (gap(m, o) < 0.05 ? [`${"ABC"[k]} and ${"ABC"[k + 1 + j]}`] : [])),
      );
      return pairs.length > 0 && pairs.every((p) => list.includes(p));
    }),
  ];
  const text = spoken(definition, now, act);
  return faults(text, clauses).map((fault) => `${fault} | ${text} | ${JSON.stringify({ now, act })}`);
};

test("every sentence is so, of random states", () => {
  const d = dice(62);
  const found = [
    {},
    { step: 50 },
    { step: 50, start: "near", seed: 23 },
    { without: [...LEARNERS] },
    { step: 9, without: ["em"] },
    ...Array.from({ length: 150 }, () => randomState(definition, d)),
  ].flatMap((given) => wrong(given, null));
  expect(found).toEqual([]);
});

test("every sentence is so, after each control was moved", () => {
  const d = dice(63);
  const found = Array.from({ length: 40 }, () => state(definition, randomState(definition, d))).flatMap((from) => {
    const other = randomState(definition, d);
    const learner = d.one(LEARNERS);
    const without = (from["without"] as readonly Learner[]).includes(learner)
      ? (from["without"] as readonly Learner[]).filter((l) => l !== learner)
      : [...(from["without"] as readonly Learner[]), learner];
    return [
      ...["step", "seed", "rate", "start"].flatMap((control) =>
        wrong({ ...from, [control]: other[control] }, { control, from }),
      ),
      ...wrong({ ...from, without }, { control: learner, from }),
    ];
  });
  expect(found).toEqual([]);
});
