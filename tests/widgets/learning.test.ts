/** Five learners in the browser are the five in Python, step for step; and their points are drawn as their credit is. */
import { describe, expect, test } from "vitest";
import { poster } from "../../iemlib/widgets/core/poster";
import { definition } from "../../iemlib/widgets/learning/view";
import { exponential } from "../../iemlib/widgets/math/exponentiation";
import {
  CREDIT,
  LEARNERS,
  type Learner,
  squared_distance,
  three_groups,
  trajectory,
} from "../../iemlib/widgets/math/learning";
import { exact, hard, independent, type Normalization, none } from "../../iemlib/widgets/math/normalization";
import { terms } from "../../iemlib/widgets/math/terms";
import golden from "../golden/learners.json";
import { SCALE, STARTS } from "./claims/learning";
import { dice } from "./random";

describe("the numbers are the oracle's", () => {
  test.each(Object.entries(golden.points))("points of seed %s", (seed, points) => {
    expect(three_groups(Number(seed))).toEqual(points);
  });
  test.each(golden.cases.map((c) => [c.learner, c.start, c.seed, c] as const))(
    "%s from %s, seed %i: fifty steps",
    (learner, start, seed, c) => {
      const all = trajectory(learner as Learner, three_groups(seed), STARTS[start], 50, SCALE, c.rate);
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
        expect(c).toBeCloseTo(rooms[learner].normalize(terms(energies, exponential())).scores[h], 12),
      );
  }
});

/** Where each part of each point ends, in degrees from its top, read off the drawing: by place in a box of 10 000. */
const cuts = (markup: string): ReadonlyMap<string, readonly number[]> => {
  const all = new Map<string, number[]>();
  for (const [, k, d] of markup.matchAll(/<path class="i-claimed i-h(\d)" d="([^"]*)"/g))
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
    [1, 50, "between"],
    [23, 50, "far"],
  ] as const) {
    const given = { seed, step, start, without: LEARNERS.filter((l) => l !== learner) };
    const data = three_groups(seed);
    const now = trajectory(learner, data, STARTS[start], step, SCALE, 1.2)[step];
    const drawn = cuts(poster([definition], definition.tag, "cut", JSON.stringify(given)));
    for (const x of data) {
      const ends =
        drawn.get(`${Math.round(((x[0] + 4.2) / 8.4) * 1e4)} ${Math.round((1 - (x[1] + 3.4) / 8) * 1e4)}`) ?? [];
      const c = CREDIT[learner](squared_distance(x, now, SCALE));
      const whole = Math.max(
        1,
        c.reduce((a, b) => a + b, 0),
      );
      let sum = 0;
      c.forEach((v, k) => {
        sum += v;
        const end = (sum / whole) * 360;
        const gap = Math.abs((((ends[k] ?? Number.NaN) - end + 540) % 360) - 180);
        if (ends[k] === undefined ? (v / whole) * 360 > 1 : gap > 1)
          wrong.push(`${[seed, step, x, k]}: ${ends[k]}, not ${end}`);
      });
    }
  }
  expect(wrong).toEqual([]);
});
