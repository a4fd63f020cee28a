/** Energies on a likelihood curve: what its sentence may say of the curve, of a shift of all, and of one moved. */
import type { State } from "../../../iemlib/widgets/exponentiation/state";
import { movedBy } from "../../../iemlib/widgets/marks/controls";
import { type Mechanism, type Passage, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { type Claims, type Clause, clause, letter, ofMove, ofState, reads } from "../clauses";
import { built } from "../golden";

/** Each curve by its name and its formula; a number in it is the parameter. */
const CURVES: Readonly<Record<State["likelihood"], { readonly name: string; readonly formula: string }>> = {
  exponential: { name: "Exponential", formula: "exp\\(−d\\)" },
  linear: { name: "Linear", formula: "([\\d.]+) − d" },
  power: { name: "Power law", formula: "\\(1 \\+ d\\)([⁻⁰¹²³⁴⁵⁶⁷⁸⁹·]+)" },
  softplus: { name: "Softplus", formula: "log\\(1 \\+ exp\\(−d\\)\\)" },
};
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (text: string): number =>
  Number([...text].map((ch) => (ch === "⁻" ? "-" : ch === "·" ? "." : String(SUPERSCRIPTS.indexOf(ch)))).join(""));
/** Whether the number in a curve's formula is the state's. */
const isParameter = (s: State, text: string | undefined): boolean => {
  if (s.likelihood === "linear") return Number(text) === s.offset;
  if (s.likelihood === "power") return raised(text ?? "") === -s.power;
  return text === undefined;
};

/** The pipe of a state, from the golden vectors' words: not as the widget builds it. */
const mechanism = ({ likelihood, offset, power }: State): Mechanism => {
  if (likelihood === "exponential") return built({});
  const parameters = likelihood === "linear" ? { offset } : likelihood === "power" ? { p: power } : {};
  return built({ exponentiation: { kind: likelihood, ...parameters } });
};
const shifted = (s: State): readonly number[] => s.energies.map((d) => d + s.shift);

const ofShift = (s: State, still: Passage, now: Passage): readonly Clause[] => {
  const moves = now.scores.map((v, i) => Math.abs(v - still.scores[i]));
  const most = Math.max(...moves);
  return [
    clause(
      "All energies shifted by ([+−]?\\d\\.\\d\\d): every likelihood changed",
      (by) =>
        reads(by.replace("+", ""), s.shift) &&
        by.startsWith("+") === s.shift > 0 &&
        now.likelihoods.every((f, i) => f !== still.likelihoods[i]),
    ),
    clause("no score moved", () => moves.every((v) => v <= 1e-9)),
    clause("the scores moved a little", () => most > 1e-9 && most < 0.01),
    clause("the scores moved, L from N to N", (name, a, b) => {
      const i = now.kept.map(letter).indexOf(name);
      return a !== b && reads(a, still.scores[i]) && reads(b, now.scores[i]) && moves[i] >= most - 1e-9;
    }),
    clause("a score is found", () => !now.scores.some(Number.isNaN) && still.scores.some(Number.isNaN)),
    clause("a score is lost", () => now.scores.some(Number.isNaN) && !still.scores.some(Number.isNaN)),
  ];
};

/** States odd on some curve: shifted, and of likelihoods that sum to nothing, or to less, on the line. */
const ODD = [
  {},
  { shift: 1 },
  { shift: -0.4 },
  { offset: 1.3, energies: [1.3], shift: 0.3 },
  { offset: 3, energies: [2, 4] },
  { offset: 4, energies: [4] },
  { offset: 4, energies: [3, 4], shift: 0.5 },
];

export const claims: Claims<State> = {
  states: Object.keys(CURVES).flatMap((likelihood) => ODD.map((odd) => ({ ...odd, likelihood }))),
  of: (state, act) => {
    const m = mechanism(state);
    const p = pass(m, shifted(state));
    const failing = broken(measure(m, shifted(state)));
    const { name, formula } = CURVES[state.likelihood];
    const k = movedBy(act, "Energy");
    const was = act ? shifted(act.from) : [];
    return {
      clauses: [
        ...ofState(p, failing),
        clause(`${name}\\.`, () => true),
        clause(`With φ = ${formula}`, (parameter) => isParameter(state, parameter)),
        ...ofShift(state, pass(m, state.energies), p),
        ...(k < 0 ? [] : ofMove(k, was[k], shifted(state)[k], pass(m, was), p)),
      ],
      broken: failing,
    };
  },
};
