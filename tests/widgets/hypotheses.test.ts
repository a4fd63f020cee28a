/** Who is in the set: what it says is so, of every state and after every act; its cells and densities are the oracle's. */
import { expect, test } from "vitest";
import { definition as hypotheses } from "../../iemlib/widgets/hypotheses/view";
import { coin_cells, coin_density, COORDINATES, only } from "../../iemlib/widgets/math/hypotheses";
import { implicit_em, pass } from "../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../iemlib/widgets/math/meters";
import type { State } from "../../iemlib/widgets/core/schema";
import type { Act, PipeReading } from "../../iemlib/widgets/core/widget";
import { clause, letter, letters, ofMove, ofState, reads, state, wrong, type Clause } from "./clauses";
import type { Given } from "./widgets";
import { COIN } from "./golden";
import { dice, moved, randomState } from "./random";

const ROUNDS = 150;
const HALF = 2 ** -53;

interface Set {
  readonly index: "discrete" | "continuous";
  readonly energies: readonly number[];
  readonly out: readonly string[];
  readonly coordinate: "bias" | "log-odds" | "squared bias";
  readonly bias: number;
  readonly cells: string;
}

/** Who is left: not as the widget finds them. */
const inside = (s: Set): readonly number[] => {
  const left = [...s.energies.keys()].filter((k) => !new RegExp(`[${s.out.join("") || "-"}]`).test(letter(k)));
  return left.length > 0 ? left : [0];
};
/** Scores of those left, by division. */
const shares = (s: Set): readonly number[] => {
  const f = inside(s).map((k) => Math.exp(-s.energies[k]));
  return f.map((v) => v / f.reduce((a, b) => a + b, 0));
};

/** The probability between two biases, by Simpson's rule. */
const mass = (from: number, to: number): number => {
  const n = 400;
  const f = (h: number): number => 60 * h * h * h * (1 - h) * (1 - h);
  const step = (to - from) / n;
  return (
    (step / 3) *
    [...Array(n + 1).keys()].reduce((t, i) => t + f(from + i * step) * (i === 0 || i === n ? 1 : i % 2 ? 4 : 2), 0)
  );
};
const BACK = {
  bias: (u: number) => u,
  "log-odds": (u: number) => 1 / (1 + Math.exp(-u)),
  "squared bias": (u: number) => Math.sqrt(u),
};
const TO = {
  bias: (h: number) => h,
  "log-odds": (h: number) => Math.log(h) - Math.log1p(-h),
  "squared bias": (h: number) => h ** 2,
};
/** The density, as probability over a short way of the coordinate. */
const density = (h: number, coordinate: Set["coordinate"]): number => {
  const way = 1e-5;
  const u = TO[coordinate](h);
  return mass(BACK[coordinate](u - way), BACK[coordinate](u + way)) / (2 * way);
};

const said = (given: Given, act: Act<State> | null): string[] => {
  const now = state(hypotheses, given);
  const s = now as unknown as Set;
  const was = act?.from as unknown as Set | undefined;
  const { passage: p, measurement } = hypotheses.read(now) as PipeReading;
  const failing = broken(measurement);
  if (s.index === "continuous") {
    const per = "N per unit of (bias|log-odds|squared bias)";
    const width = 1 / Number(s.cells);
    const cell = [...Array(Number(s.cells)).keys()].find((j) => j * width <= s.bias && s.bias < (j + 1) * width) ?? -1;
    const clauses = [
      clause(
        `At bias N the density is ${per}(?: and ${per})?`,
        (at, a, u, b, v) =>
          reads(at, s.bias) &&
          u === s.coordinate &&
          reads(a, density(s.bias, s.coordinate)) &&
          (act?.control === "coordinate"
            ? v === was?.coordinate && reads(b, density(s.bias, v as Set["coordinate"]))
            : b === undefined),
      ),
      clause(
        "Of (\\d+) (cells?) the one around bias N has responsibility N",
        (count, noun, at, share) =>
          count === s.cells &&
          (noun === "cell") === (count === "1") &&
          reads(at, s.bias) &&
          reads(share, mass(cell * width, (cell + 1) * width)),
      ),
      clause(
        "\\x4c is N for any number of cells",
        (value) => reads(value, Math.log(mass(0, 1) / 60)) && reads(value, p.value),
      ),
      clause("No share can pass 1", () => density(s.bias, s.coordinate) > 1),
    ];
    return wrong(hypotheses, now, act, clauses, failing);
  }
  const r = shares(s);
  const k = Number(act?.control.slice(-1));
  const before = was ? shares(was) : [];
  const joined = inside(s).includes(k);
  const clauses: Clause[] = [
    ...ofState(p, failing),
    clause("Everyone is in the set", () => inside(s).length === s.energies.length),
    clause(
      "Without LIST",
      (list) =>
        letters(list).join() === s.energies.flatMap((_, j) => (inside(s).includes(j) ? [] : [letter(j)])).join(),
    ),
    clause("L has (joined|left) the set", (name, verb) => name === letter(k) && (verb === "joined") === joined),
    clause("It (takes|had) N: every other score is × N", (verb, share, by) => {
      const others = inside(s)
        .filter((j) => j !== k)
        .map((j) => r[inside(s).indexOf(j)] / before[inside(was as Set).indexOf(j)]);
      return (
        (verb === "takes") === joined &&
        reads(share, joined ? r[inside(s).indexOf(k)] : before[inside(was as Set).indexOf(k)]) &&
        others.every((v) => reads(by, v))
      );
    }),
    clause("Only \\x4c, N, tells its energy", (value) => r.length === 1 && reads(value, -s.energies[inside(s)[0]])),
    clause("The last cannot leave", () => r.length === 1),
  ];
  if (act && was && act.control.startsWith("energy-"))
    clauses.push(...ofMove(k, was.energies[k], s.energies[k], (hypotheses.read(act.from) as PipeReading).passage, p));
  return wrong(hypotheses, now, act, clauses, failing);
};

test("the sentence of every state is so", () => {
  const d = dice(51);
  const set = state(hypotheses, {});
  const found = [
    {},
    { out: ["B", "C", "D"] },
    { energies: [1] },
    { out: [..."ABCDEFGH"] },
    ...Array.from({ length: 4 * ROUNDS }, () => randomState(hypotheses, d)),
  ].flatMap((given) => said({ ...set, ...given }, null));
  expect(found).toEqual([]);
});

test("the sentence after every act is so", () => {
  const d = dice(52);
  const found = Array.from({ length: 2 * ROUNDS }, () => state(hypotheses, randomState(hypotheses, d))).flatMap(
    (random) => {
      const s = random as unknown as Set;
      const discrete = { ...random, index: "discrete" };
      const continuous = { ...random, index: "continuous" };
      const other = randomState(hypotheses, d);
      const { k, to } = moved(d, s.energies, 6);
      const leaving =
        inside(s).length > 1
          ? s.energies.map((_, j) => j)
          : s.energies.flatMap((_, j) => (inside(s).includes(j) ? [] : [j]));
      const toggled = leaving.slice(0, 3).map((j) => {
        const left = inside(s).includes(j) ? inside(s).filter((i) => i !== j) : [...inside(s), j];
        return said(
          { ...discrete, out: s.energies.flatMap((_, i) => (left.includes(i) ? [] : [letter(i)])) },
          { control: `in-${j}`, from: discrete },
        );
      });
      return [
        ...toggled.flat(),
        ...said({ ...discrete, energies: to }, { control: `energy-${k}`, from: discrete }),
        ...["bias", "coordinate", "cells"].flatMap((control) =>
          said({ ...continuous, [control]: other[control] }, { control, from: continuous }),
        ),
        ...said(discrete, { control: "index", from: continuous }),
        ...said(continuous, { control: "index", from: discrete }),
      ];
    },
  );
  expect(found).toEqual([]);
});

test("whoever leaves multiplies all the others by one factor, and what is drawn is what is left", () => {
  const d = dice(53);
  for (let i = 0; i < ROUNDS; i++) {
    const random = { ...state(hypotheses, randomState(hypotheses, d)), index: "discrete" };
    const s = random as unknown as Set;
    const { passage } = hypotheses.read(random) as PipeReading;
    const all = pass(implicit_em, s.energies).scores;
    const factors = passage.scores.map((v, j) => v / all[inside(s)[j]]);
    expect(passage.kept).toEqual(inside(s));
    for (const f of factors) expect(f / factors[0]).toBeCloseTo(1, 12);
    passage.scores.forEach((v, j) => expect(v).toBeCloseTo(shares(s)[j], 12));
  }
});

test("some of the hypotheses are a pipe of their own", () => {
  const energies = [0.3, 2, 1.1, 4, 0.9];
  for (const indices of [[0], [1, 3], [0, 2, 4], [0, 1, 2, 3, 4]]) {
    const m = { ...implicit_em, hypotheses: only(indices) };
    const alone = indices.map((k) => energies[k]);
    expect(m.hypotheses.formula(5)).toBe(`h in (${indices.join(", ")})`);
    expect({ ...pass(m, energies), kept: [] }).toEqual({ ...pass(implicit_em, alone), kept: [] });
    expect(measure(m, energies)).toEqual(measure(implicit_em, alone));
  }
});

test("cells and densities are the oracle's", () => {
  const c = COIN.find(({ heads, tails }) => heads === 3 && tails === 2);
  if (!c) throw new Error("no such coin");
  // A cell's mass is a difference of two numbers up to 1.
  for (const [count, energies] of Object.entries(c.cells))
    coin_cells(Number(count)).forEach((d, j) =>
      expect(Math.abs(d - energies[j]), `${j} of ${count}`).toBeLessThan(
        (16 * HALF) / (60 * Math.exp(-energies[j])) + 4 * HALF * energies[j],
      ),
    );
  for (const [name, values] of Object.entries(c.densities))
    c.biases.forEach((h, i) =>
      expect(
        Math.abs(coin_density(h, name as keyof typeof COORDINATES) / values[i] - 1),
        `${name} at ${h}`,
      ).toBeLessThan(16 * HALF),
    );
  for (const u of Object.values(COORDINATES)) for (const h of c.biases) expect(u.back(u.of(h))).toBeCloseTo(h, 14);
});
