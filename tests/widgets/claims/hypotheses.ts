/** Who is in the set: what its sentence may say of those who are left, of who left or joined, and of a coin's cells. */
import type { State } from "../../../iemlib/widgets/hypotheses/state";
import { movedBy } from "../../../iemlib/widgets/marks/controls";
import { only } from "../../../iemlib/widgets/math/hypotheses";
import { implicit_em, type Passage, pass } from "../../../iemlib/widgets/math/mechanism";
import { type Claims, type Clause, clause, letter, letters, ofMove, ofState, reads } from "../clauses";

/** Whoever is in the set, all five assumptions hold. */
const NOTHING = [] as const;

/** Who is left, counted from 0: not as the widget finds them. */
export const inside = (s: Pick<State, "energies" | "out">): readonly number[] => {
  const left = [...s.energies.keys()].filter((k) => !new RegExp(`[${s.out.join("") || "-"}]`).test(letter(k)));
  return left.length > 0 ? left : [0];
};
/** Scores of those left, by division. */
export const shares = (s: Pick<State, "energies" | "out">): readonly number[] => {
  const f = inside(s).map((k) => Math.exp(-s.energies[k]));
  return f.map((v) => v / f.reduce((a, b) => a + b, 0));
};
const passed = (s: State): Passage => pass({ ...implicit_em, hypotheses: only({ indices: inside(s) }) }, s.energies);

/** The probability between two biases, by Simpson's rule. */
const mass = (from: number, to: number): number => {
  const n = 400;
  const f = (h: number): number => 60 * h * h * h * (1 - h) * (1 - h);
  const step = (to - from) / n;
  const weight = (i: number): number => (i === 0 || i === n ? 1 : i % 2 ? 4 : 2);
  return (step / 3) * [...Array(n + 1).keys()].reduce((t, i) => t + f(from + i * step) * weight(i), 0);
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
const density = (h: number, coordinate: State["coordinate"]): number => {
  const way = 1e-5;
  const u = TO[coordinate](h);
  return mass(BACK[coordinate](u - way), BACK[coordinate](u + way)) / (2 * way);
};

const ofCoin: Claims<State>["of"] = (s, act) => {
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
          ? v === act.from.coordinate && reads(b, density(s.bias, act.from.coordinate))
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
    clause("\\x4c is N for any number of cells", (value) => reads(value, Math.log(mass(0, 1) / 60))),
    clause("No share can pass 1", () => density(s.bias, s.coordinate) > 1),
  ];
  return { clauses, broken: NOTHING };
};

/** Clauses about who left or joined, of `was` before. */
const ofMembership = (k: number, was: State, s: State): readonly Clause[] => {
  const joined = inside(s).includes(k);
  const [now, before] = [shares(s), shares(was)];
  return [
    clause("L has (joined|left) the set", (name, verb) => name === letter(k) && (verb === "joined") === joined),
    clause("It (takes|had) N: every other score is × N", (verb, share, by) => {
      const others = inside(s)
        .filter((j) => j !== k)
        .map((j) => now[inside(s).indexOf(j)] / before[inside(was).indexOf(j)]);
      return (
        (verb === "takes") === joined &&
        reads(share, joined ? now[inside(s).indexOf(k)] : before[inside(was).indexOf(k)]) &&
        others.every((v) => reads(by, v))
      );
    }),
  ];
};

const ofSet: Claims<State>["of"] = (s, act) => {
  const passage = passed(s);
  const clauses: Clause[] = [
    ...ofState(passage, NOTHING),
    clause("Everyone is in the set", () => inside(s).length === s.energies.length),
    clause(
      "Without LIST",
      (list) =>
        letters(list).join() === s.energies.flatMap((_, j) => (inside(s).includes(j) ? [] : [letter(j)])).join(),
    ),
    clause(
      "Only \\x4c, N, tells its energy",
      (value) => inside(s).length === 1 && reads(value, -s.energies[inside(s)[0]]),
    ),
    clause("The last cannot leave", () => inside(s).length === 1),
  ];
  const energy = movedBy(act, "energy");
  const member = movedBy(act, "in");
  if (act && energy >= 0)
    clauses.push(...ofMove(energy, act.from.energies[energy], s.energies[energy], passed(act.from), passage));
  if (act && member >= 0) clauses.push(...ofMembership(member, act.from, s));
  return { clauses, broken: NOTHING };
};

export const claims: Claims<State> = {
  states: [
    { out: ["B", "C", "D"] },
    { energies: [1] },
    { out: [..."ABCDEFGH"] },
    { index: "continuous", coordinate: "log-odds", cells: "16" },
  ],
  of: (s, act) => (s.index === "continuous" ? ofCoin : ofSet)(s, act),
};
