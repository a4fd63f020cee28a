/** The closed world's sentence is true of every state and after every act; its kernels and its threshold are what they are called. */
import { expect, test } from "vitest";
import { cauchy, distance, squared_distance } from "../../iemlib/widgets/math/energies";
import { exponential } from "../../iemlib/widgets/math/exponentiation";
import { implicit_em, pass, type Mechanism, type Passage } from "../../iemlib/widgets/math/mechanism";
import { measure, METERS, type Meter } from "../../iemlib/widgets/math/meters";
import { exact, reject, terms } from "../../iemlib/widgets/math/normalization";
import { expected_energy } from "../../iemlib/widgets/math/objective";
import type { State } from "../../iemlib/widgets/core/schema";
import type { Act } from "../../iemlib/widgets/core/widget";
import { definition as world } from "../../iemlib/widgets/world/view";
import { clause, ofState, reads, spoken, state, wrong } from "./clauses";
import type { Given } from "./widgets";
import { dice, randomState, type Dice } from "./random";

const PROTOTYPES = [
  [-1.2, 0.4],
  [0.8, 0.4],
  [0.2, -1],
] as const;
const KERNELS = ["squared_distance", "distance", "cauchy"] as const;
const BEYOND = ["nothing", "background", "threshold"] as const;
interface World {
  readonly kernel: (typeof KERNELS)[number];
  readonly beyond: (typeof BEYOND)[number];
  readonly direction: number;
  readonly distance: number;
  readonly level: number;
}

/** The energies by their definitions, from squares alone. */
const knownTo = (s: World): readonly number[] =>
  PROTOTYPES.map(([x, y]) => {
    const angle = (s.direction / 180) * Math.PI;
    const square = (s.distance * Math.cos(angle) - x) ** 2 + (s.distance * Math.sin(angle) - y) ** 2;
    return { squared_distance: square / 2, distance: Math.sqrt(square), cauchy: Math.log(1 + square) }[s.kernel];
  });
const evidence = (s: World): number => pass(implicit_em, knownTo(s)).value;

/** What the state gives, and what must be broken: by the words of the chapter, not by the library's part. */
const given = (s: World): { readonly p: Passage; readonly failing: readonly Meter[] } => {
  const p = pass(implicit_em, s.beyond === "background" ? [...knownTo(s), s.level] : knownTo(s));
  if (s.beyond !== "threshold") return { p, failing: [] };
  const L = evidence(s);
  const rejected = (value: number): boolean => value <= -s.level;
  const flips = [-7, -1, 1, 7].some((a) => rejected(L - a) !== rejected(L));
  const nothing = p.scores.map(() => 0);
  const failing: readonly Meter[] = [
    ...(rejected(L) ? (["sum", "positivity", "ratio"] as const) : []),
    ...(flips ? (["shift"] as const) : []),
  ];
  return { p: rejected(L) ? { ...p, scores: nothing, credit: nothing, value: -s.level } : p, failing };
};

const plain = (text: string, v: number): boolean =>
  /^−?\d+(\.\d{1,2})?$/.test(text) && Math.abs(Number(text.replace("−", "-")) - v) <= 0.005 + 1e-9;
const NUMBER = "(−?[\\d.]+)";

const said = (change: Given, act: Act<State> | null): string[] => {
  const now = state(world, change);
  const s = now as unknown as World;
  const { p, failing } = given(s);
  const was = (act && (act.control === "direction" || act.control === "distance") ? act.from : now) as unknown as World;
  const largest = (of: World): number => Math.max(...given(of).p.scores);
  const clauses = [
    ...ofState(p, failing),
    clause(
      `At ${NUMBER}°, z is ${NUMBER} away`,
      (direction, far) => plain(direction, s.direction) && plain(far, s.distance),
    ),
    clause(
      "By (squared distance|distance|log\\(1 \\+ δ²\\)),",
      (name) => KERNELS[["squared distance", "distance", "log(1 + δ²)"].indexOf(name)] === s.kernel,
    ),
    clause("the largest share is N", (a) => reads(a, largest(s)) && reads(a, largest(was))),
    clause("the largest share went from N to N", (a, b) => reads(a, largest(was)) && reads(b, largest(s)) && a !== b),
    clause("\\x4c of the known is N", (a) => reads(a, evidence(s)) && reads(a, evidence(was))),
    clause(
      "\\x4c of the known went from N to N",
      (a, b) => reads(a, evidence(was)) && reads(b, evidence(s)) && a !== b,
    ),
    clause(
      `D, of energy ${NUMBER}, takes N`,
      (level, share) => s.beyond === "background" && plain(level, s.level) && reads(share, p.scores[3]),
    ),
    clause(
      `That is (not )?above ${NUMBER}: z is (kept|rejected)`,
      (not, level, fate) =>
        s.beyond === "threshold" &&
        plain(level, -s.level) &&
        evidence(s) > -s.level === (not === undefined) &&
        (fate === "kept") === (not === undefined),
    ),
  ];
  return wrong(world, now, act, clauses, failing);
};

/** Any state; half of the points within ten steps of the middle, where everything happens. */
const anywhere = (d: Dice): Given => {
  const s = randomState(world, d);
  return d.roll() < 0.5 ? { ...s, distance: Number((10 ** d.roll()).toPrecision(3)) } : s;
};
const EACH = KERNELS.flatMap((kernel) => BEYOND.map((beyond) => ({ kernel, beyond })));

test("what is said is so: every kernel, every answer to strangers, of random states and the first", () => {
  const d = dice(41);
  const found = EACH.flatMap((pair) =>
    [
      {},
      { direction: 90, distance: 1000 },
      { distance: 1, level: 0 },
      ...Array.from({ length: 80 }, () => anywhere(d)),
    ].flatMap((given) => said({ ...given, ...pair }, null)),
  );
  expect(found).toEqual([]);
});

test("what is said after an act is so, and is not what was said before", () => {
  const d = dice(42);
  const found = Array.from({ length: 300 }, () => state(world, anywhere(d))).flatMap((from) => {
    const other = anywhere(d);
    return ["kernel", "beyond", "direction", "distance", "level"].flatMap((control) => {
      const to = { ...from, [control]: other[control] };
      const act = { control, from };
      const heard = spoken(world, state(world, to), act) === spoken(world, from);
      const idle = other[control] === from[control] || (control === "level" && from["beyond"] === "nothing");
      return [
        ...said(to, act),
        ...(heard && !idle ? [`nothing was heard of ${control}: ${JSON.stringify({ from, to })}`] : []),
      ];
    });
  });
  expect(found).toEqual([]);
});

test("a kernel is its formula, at a prototype and far from it", () => {
  const z = [3, 4];
  expect(
    distance(z, [
      [3, 4],
      [0, 0],
      [3, -2],
    ]),
  ).toEqual([0, 5, 6]);
  expect(
    squared_distance(z, [
      [3, 4],
      [0, 0],
    ]),
  ).toEqual([0, 12.5]);
  expect(
    cauchy(z, [
      [3, 4],
      [0, 0],
    ]),
  ).toEqual([0, Math.log(26)]);
});

test("beneath its threshold nothing is left, above it all is exact", () => {
  const m = (threshold: number): Mechanism => ({ ...implicit_em, normalization: reject(threshold) });
  const d = [0.7, 1.5, 2.5];
  const L = pass(implicit_em, d).value;
  expect(pass(m(L - 1e-9), d)).toEqual(pass(implicit_em, d));
  expect(pass(m(L), d)).toMatchObject({ scores: [0, 0, 0], credit: [0, 0, 0], value: L });
  const low = measure(m(L), d);
  expect(METERS.map((meter) => low[meter].holds)).toEqual([false, false, true, false, false, null]);
  expect([low.ratio.value, low.positivity.value]).toEqual([Number.POSITIVE_INFINITY, 0]);
  // Credit of another objective is that of nothing: no score moves.
  expect(pass({ ...m(L), objective: expected_energy() }, d).credit).toEqual([0, 0, 0]);
  const t = terms(d, exponential());
  expect(reject(L - 1).second(t, [1, 2, 3])).toEqual(exact().second(t, [1, 2, 3]));
});

test("a ratio is read where a share has lost its digits, or is too small for a float", () => {
  for (const gap of [700, 735, 744, 5000])
    expect(measure(implicit_em, [0, gap, gap + 1]).ratio.value).toBeLessThan(1e-9);
});
