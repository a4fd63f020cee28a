/** The one sentence that says what the reader just made is true: of every state, and after every act. */
import { expect, test } from "vitest";
import { definition as exponentiation } from "../../iemlib/widgets/exponentiation/view";
import { definition as fiveSwitches } from "../../iemlib/widgets/five_switches/view";
import { implicit_em, PARTS, pass, type Mechanism, type Part, type Passage } from "../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../iemlib/widgets/math/meters";
import { definition as normalization } from "../../iemlib/widgets/normalization/view";
import type { State } from "../../iemlib/widgets/core/schema";
import type { Act } from "../../iemlib/widgets/core/widget";
import {
  clause,
  faults,
  letter,
  letters,
  ofMove,
  ofState,
  reads,
  spoken,
  state,
  TOLERANCE,
  wrong,
  type Clause,
} from "./clauses";
import type { Given } from "./widgets";
import { built, type MechanismCase } from "./golden";
import { dice, moved, randomNumbers, randomState, type Dice } from "./random";

type Removed = MechanismCase["removed"];
const REMOVALS: readonly (readonly Part[])[] = Array.from({ length: 2 ** PARTS.length }, (_, bits) =>
  PARTS.filter((_, i) => bits & (1 << i)),
);
const ROUNDS = 25;

// The front page's pipe, built from the golden vectors' specifications: not as the widget builds it.
const INSTEAD = {
  hypotheses: { kind: "first" },
  energies: { kind: "offset", index: 1, amount: 1.5 },
  exponentiation: { kind: "linear", offset: 5 },
  normalization: { kind: "none" },
  objective: { kind: "expected_energy" },
} as const;
const pipe = (removed: readonly Part[]): Mechanism =>
  built(Object.fromEntries(removed.map((part) => [part, INSTEAD[part]])) as Removed);

const ofSwitches = (removed: readonly Part[], energies: readonly number[], p: Passage): readonly Clause[] => {
  const e = p.kept.map((k) => energies[k] + (removed.includes("energies") && k === 1 ? 1.5 : 0));
  const off = (part: Part): boolean => removed.includes(part);
  return [
    clause("All five assumptions are on", () => removed.length === 0),
    clause("One hypothesis left", () => p.scores.length === 1),
    clause("B now counts from its own zero", () => off("energies") && p.kept.includes(1)),
    clause("Zeros may differ now, but there is only one", () => off("energies") && p.kept.length === 1),
    clause("Likelihood is now 5 − d", () => p.likelihoods.every((f, i) => Math.abs(f - (5 - e[i])) < 1e-12)),
    clause("Nothing is divided by the sum any more", () => p.scores.every((s, i) => s === p.likelihoods[i])),
    clause(
      "Expected energy in place of log-sum-exp",
      () => off("objective") && Math.abs(p.value + p.scores.reduce((t, s, i) => t + s * e[i], 0)) < TOLERANCE,
    ),
    clause(
      "(Hypotheses|Energies|Exponentiation|Normalization|Objective) is back",
      (part) => !off(part.toLowerCase() as Part),
    ),
    clause("Without ([a-z, ]+)\\.", (list) => list.split(/, | and /).join() === removed.join()),
  ];
};

const switched = (removed: readonly Part[], energies: readonly number[], act: Act<State> | null): string[] => {
  const m = pipe(removed);
  const p = pass(m, energies);
  const failing = broken(measure(m, energies, p));
  const clauses = [...ofState(p, failing), ...ofSwitches(removed, energies, p)];
  const energy = /^energy-(\d)$/.exec(act?.control ?? "");
  const now = state(fiveSwitches, { energies, removed });
  if (!act || !energy) return wrong(fiveSwitches, now, act, clauses, failing);
  const k = Number(energy[1]);
  const before = act.from["energies"] as number[];
  return wrong(fiveSwitches, now, act, [...clauses, ...ofMove(k, before[k], energies[k], pass(m, before), p)], failing);
};
const energiesOf = (d: Dice): readonly number[] => randomNumbers(d, 0, 6, 0.05, 8);

test("five switches: all 32 combinations, of random energies and the first", () => {
  const d = dice(1);
  const found = REMOVALS.flatMap((removed) =>
    // Among them likelihoods 5 − d that sum to nothing.
    [
      [0.7, 1.5, 2.5, 3.7],
      [4, 6],
      [5],
      [5, 5],
      [3.5, 5, 5],
      ...Array.from({ length: ROUNDS }, () => energiesOf(d)),
    ].flatMap((energies) => switched(removed, energies, null)),
  );
  expect(found).toEqual([]);
});

test("five switches: after an energy was moved", () => {
  const d = dice(2);
  const found = REMOVALS.flatMap((removed) =>
    Array.from({ length: ROUNDS }, () => energiesOf(d)).flatMap((energies) => {
      const { k, to } = moved(d, energies, 6);
      return switched(removed, to, { control: `energy-${k}`, from: state(fiveSwitches, { energies, removed }) });
    }),
  );
  expect(found).toEqual([]);
});

test("five switches: after a switch was flipped, on or off", () => {
  const d = dice(3);
  const found = REMOVALS.flatMap((removed) =>
    PARTS.flatMap((part) => {
      const from = PARTS.filter((p) => (p === part ? !removed.includes(p) : removed.includes(p)));
      return [[0.7, 1.5, 2.5, 3.7], energiesOf(d), energiesOf(d)].flatMap((energies) =>
        switched(removed, energies, { control: part, from: state(fiveSwitches, { energies, removed: from }) }),
      );
    }),
  );
  expect(found).toEqual([]);
});

const KINDS = ["exponential", "linear", "power", "softplus"] as const;
interface Curve {
  readonly energies: readonly number[];
  readonly likelihood: (typeof KINDS)[number];
  readonly shift: number;
  readonly offset: number;
  readonly power: number;
}
const curved = (s: Curve): Mechanism => {
  const specs = {
    linear: { kind: "linear", offset: s.offset },
    power: { kind: "power", p: s.power },
    softplus: { kind: "softplus" },
  } as const;
  return built(s.likelihood === "exponential" ? {} : { exponentiation: specs[s.likelihood] });
};
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (text: string): number =>
  Number([...text].map((ch) => (ch === "⁻" ? "-" : ch === "·" ? "." : String(SUPERSCRIPTS.indexOf(ch)))).join(""));

const onCurve = (given: Given, act: Act<State> | null): string[] => {
  const now = state(exponentiation, given);
  const s = now as unknown as Curve;
  const m = curved(s);
  const shifted = (v: Curve): readonly number[] => v.energies.map((d) => d + v.shift);
  const p = pass(m, shifted(s));
  const still = pass(m, s.energies);
  const failing = broken(measure(m, shifted(s)));
  const moves = p.scores.map((v, i) => Math.abs(v - still.scores[i]));
  const clauses = [
    ...ofState(p, failing),
    clause("(Exponential|Linear|Power law|Softplus)\\.", (name) => name.toLowerCase().split(" ")[0] === s.likelihood),
    clause("With φ = exp\\(−d\\)", () => s.likelihood === "exponential"),
    clause("With φ = log\\(1 \\+ exp\\(−d\\)\\)", () => s.likelihood === "softplus"),
    clause("With φ = ([\\d.]+) − d", (offset) => s.likelihood === "linear" && Number(offset) === s.offset),
    clause(
      "With φ = \\(1 \\+ d\\)([⁻⁰¹²³⁴⁵⁶⁷⁸⁹·]+)",
      (power) => s.likelihood === "power" && raised(power) === -s.power,
    ),
    clause(
      "All energies shifted by ([+−]?\\d\\.\\d\\d): every likelihood changed",
      (by) =>
        reads(by.replace("+", ""), s.shift) &&
        by.startsWith("+") === s.shift > 0 &&
        p.likelihoods.every((f, i) => f !== still.likelihoods[i]),
    ),
    clause("no score moved", () => moves.every((v) => v <= 1e-9)),
    clause("the scores moved a little", () => Math.max(...moves) > 1e-9 && Math.max(...moves) < 0.01),
    clause("the scores moved, L from N to N", (name, a, b) => {
      const i = p.kept.map(letter).indexOf(name);
      return a !== b && reads(a, still.scores[i]) && reads(b, p.scores[i]) && moves[i] >= Math.max(...moves) - 1e-9;
    }),
    clause("a score is found", () => !p.scores.some(Number.isNaN) && still.scores.some(Number.isNaN)),
    clause("a score is lost", () => p.scores.some(Number.isNaN) && !still.scores.some(Number.isNaN)),
  ];
  const energy = /^energy-(\d)$/.exec(act?.control ?? "");
  if (!act || !energy) return wrong(exponentiation, now, act, clauses, failing);
  const k = Number(energy[1]);
  const before = shifted(act.from as unknown as Curve);
  return wrong(
    exponentiation,
    now,
    act,
    [...clauses, ...ofMove(k, before[k], shifted(s)[k], pass(m, before), p)],
    failing,
  );
};

test("exponentiation: every likelihood, of random states and the first", () => {
  const d = dice(4);
  const found = KINDS.flatMap((likelihood) =>
    [
      {},
      { shift: 1 },
      { shift: -0.4 },
      { offset: 1.3, energies: [1.3], shift: 0.3 },
      { offset: 3, energies: [2, 4] },
      { offset: 4, energies: [4] },
      { offset: 4, energies: [3, 4], shift: 0.5 },
      ...Array.from({ length: 8 * ROUNDS }, () => randomState(exponentiation, d)),
    ].flatMap((given) => onCurve({ ...given, likelihood }, null)),
  );
  expect(found).toEqual([]);
});

test("exponentiation: after each control was moved", () => {
  const d = dice(5);
  const found = Array.from({ length: 16 * ROUNDS }, () =>
    state(exponentiation, randomState(exponentiation, d)),
  ).flatMap((from) => {
    const other = randomState(exponentiation, d);
    const { k, to } = moved(d, from["energies"] as number[], 4);
    const inUse = from["likelihood"] === "linear" ? "offset" : from["likelihood"] === "power" ? "power" : "shift";
    return [
      onCurve({ ...from, energies: to }, { control: `energy-${k}`, from }),
      ...["likelihood", "shift", inUse].map((control) =>
        onCurve({ ...from, [control]: other[control] }, { control, from }),
      ),
    ].flat();
  });
  expect(found).toEqual([]);
});

const INSTEADS = {
  none: { says: "Not normalized", spec: { kind: "none" } },
  independent: { says: "Each on its own", spec: { kind: "independent" } },
  hard: { says: "Winner takes all", spec: { kind: "hard" } },
  "top-2": { says: "Top 2 only", spec: { kind: "top_k", k: 2 } },
  sparsemax: { says: "Sparsemax", spec: { kind: "entmax", alpha: 2 } },
} as const;
interface Sides {
  readonly energies: readonly number[];
  readonly start: readonly number[];
  readonly instead: keyof typeof INSTEADS;
}

/** Clauses about one side: how its scores, but the `k`-th, went from those of the start to those of now. */
const ofSide = (k: number, was: Passage, now: Passage): readonly Clause[] => {
  const at = (name: string): number => "ABCDEFGH".indexOf(name);
  return [
    clause(
      "L stays N",
      (name, a) =>
        at(name) !== k &&
        reads(a, now.scores[at(name)]) &&
        Math.abs(now.scores[at(name)] - was.scores[at(name)]) < 1e-9,
    ),
    clause(
      "L stays near N",
      (name, a) => at(name) !== k && reads(a, now.scores[at(name)]) && reads(a, was.scores[at(name)]),
    ),
    clause(
      "L goes from N to N",
      (name, a, b) => at(name) !== k && reads(a, was.scores[at(name)]) && reads(b, now.scores[at(name)]) && a !== b,
    ),
    clause("(?:still )?N in all", (total) =>
      reads(
        total,
        now.scores.reduce((a, b) => a + b, 0),
      ),
    ),
  ];
};

const sided = (given: Given, act: Act<State> | null): string[] => {
  const now = state(normalization, given);
  const { energies, start, instead } = now as unknown as Sides;
  const { says, spec } = INSTEADS[instead];
  const m = built({ normalization: spec });
  const p = pass(m, energies);
  const failing = broken(measure(m, energies));
  const began = energies.map((d, k) => start[k] ?? d);
  const changes = energies.map((d, k) => d - began[k]);
  const k =
    act && /^energy-/.test(act.control)
      ? Number(act.control.slice(-1))
      : changes.map(Math.abs).indexOf(Math.max(...changes.map(Math.abs)));
  const movedOnes = energies.flatMap((_, i) => (Math.abs(changes[i]) < 0.005 ? [] : [letter(i)]));
  const list = (text: string, scores: readonly number[]): boolean =>
    text.split(", ").length === scores.length && text.split(", ").every((v, i) => reads(v, scores[i]));
  const l = pass(implicit_em, energies);
  const answered = energies.every((_, i) => i === k || changes[i] === 0);
  const general = [
    ...ofState(p, failing),
    clause("Both squares start from the same energies", () => true),
    clause("Raise one", () => Math.min(...energies) < 4),
    clause(`${says}, on the right`, () => true),
    clause(`${says}:`, () => true),
    clause("L is alone", (name) => name === "A" && energies.length === 1),
    clause("Normalized it keeps N", (share) => share === "1.00" && energies.length === 1),
    clause(
      "L is (raised|lowered) by N",
      (name, verb, by) =>
        name === letter(k) && reads(by, Math.abs(changes[k])) && verb === (changes[k] > 0 ? "raised" : "lowered"),
    ),
    clause("LIST have moved", (names) => movedOnes.length > 1 && letters(names).join() === movedOnes.join()),
    clause("Normalized, the scores are ([−\\d., ]+), still 1.00 in all", (shares) => list(shares, l.scores)),
    clause(
      `${says}: ([−\\d., ]+), N in all`,
      (shares, total) =>
        list(shares, p.scores) &&
        reads(
          total,
          p.scores.reduce((a, b) => a + b, 0),
        ),
    ),
    clause("Normalized, the others answer:", () => answered && energies.length > 1),
  ];
  // What follows the right-hand title is about the right-hand square, what comes before it about the left.
  const text = spoken(normalization, now, act);
  const right = text.indexOf(`${says}: `);
  const left = [...general, ...ofSide(k, pass(implicit_em, began), l)];
  const found = [
    ...faults(right > 0 ? `${text.slice(0, right - 1)}` : text, left),
    ...(right > 0 ? faults(text.slice(right), [...general, ...ofSide(k, pass(m, began), p)]) : []),
    ...(text.includes("Broken:") === failing.length > 0 ? [] : ["broken meters and “Broken:” do not go together"]),
  ];
  return found.map((fault) => `${fault} | ${text} | ${JSON.stringify({ now, act })}`);
};

test("normalization: every replacement, of random states and the first", () => {
  const d = dice(6);
  const found = (Object.keys(INSTEADS) as (keyof typeof INSTEADS)[]).flatMap((instead) =>
    [
      {},
      { energies: [2.5, 1.2, 1.6], start: [0.7, 1.2, 1.6] },
      ...Array.from({ length: 4 * ROUNDS }, () => randomState(normalization, d)),
    ].flatMap((given) => sided({ ...given, instead }, null)),
  );
  expect(found).toEqual([]);
});

test("normalization: after an energy was moved, or another replacement chosen", () => {
  const d = dice(7);
  const found = Array.from({ length: 20 * ROUNDS }, () => state(normalization, randomState(normalization, d))).flatMap(
    (random) => {
      // Mostly from the start, as a reader begins; at times from anywhere.
      const from = d.roll() < 0.7 ? { ...random, start: random["energies"] } : random;
      const { k, to } = moved(d, from["energies"] as number[], 4);
      return [
        ...sided({ ...from, energies: to }, { control: `energy-${k}`, from }),
        ...sided({ ...from, instead: d.one(Object.keys(INSTEADS)) }, { control: "instead", from }),
      ];
    },
  );
  expect(found).toEqual([]);
});

const QUESTION = { question: "Which breaks?", choices: ["sum", "match & “shift”"], locks: "objective" };

test("a guess is told as it was made, and stays beside what came out", () => {
  const asked = state(fiveSwitches, { predict: QUESTION, guess: 1 });
  expect(spoken(fiveSwitches, asked, { control: "guess", from: asked })).toBe(
    "You guessed “match & “shift””. Now try it, and see.",
  );
  const tried = state(fiveSwitches, { predict: QUESTION, guess: 0, removed: ["objective"] });
  const text = spoken(fiveSwitches, tried, { control: "objective", from: asked });
  expect(text).toMatch(/ You had guessed “sum”\.$/);
  expect(text.replace(/ You had guessed.*/, "")).toBe(
    spoken(fiveSwitches, state(fiveSwitches, { removed: ["objective"] })),
  );
  const unasked = state(fiveSwitches, { predict: QUESTION });
  expect(spoken(fiveSwitches, unasked)).toBe(spoken(fiveSwitches, state(fiveSwitches, {})));
});
