/** Energies on a likelihood curve: what its sentence may say of the curve, of a shift of all, and of one moved. */
import { type State, schema } from "../../../iemlib/widgets/exponentiation/state";
import { movedBy } from "../../../iemlib/widgets/marks/controls";
import { type Mechanism, type Passage, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { type Claims, type Clause, clause, letter, ofMove, ofState, reads } from "../clauses";
import { built } from "../golden";

/** The pipe of a state, from the golden vectors' words: not as the widget builds it. */
const mechanism = ({ likelihood, offset, power }: State): Mechanism =>
  built({ exponentiation: { kind: likelihood, offset, p: power } });

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** The function that a formula such as (1 + d)⁻²·⁵ writes down. */
const written = (formula: string): ((d: number) => number) => {
  const plain = formula
    .replace(
      /[⁻·⁰¹²³⁴⁵⁶⁷⁸⁹]+/g,
      (power) => `**(${power.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (ch) => `${SUPERSCRIPTS.indexOf(ch)}`)})`,
    )
    .replace(/[−⁻]/g, "-")
    .replace(/·/g, ".")
    .replace(/(exp|log)/g, "Math.$1");
  if (!/^(?:Math\.exp|Math\.log|[-+*/() d.\d])+$/.test(plain)) throw new Error(`No formula is written ${formula}.`);
  return new Function("d", `return ${plain}`) as (d: number) => number;
};
const PROBES = [-0.5, 0, 0.7, 3, 6];

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
  states: schema.likelihood.options.flatMap((likelihood) => ODD.map((odd) => ({ ...odd, likelihood }))),
  of: (state, act) => {
    const m = mechanism(state);
    const p = pass(m, shifted(state));
    const failing = broken(measure(m, shifted(state)));
    const { name, likelihood } = m.exponentiation;
    const k = movedBy(act, "Energy");
    const was = act ? shifted(act.from) : [];
    return {
      clauses: [
        ...ofState(p, failing),
        clause("([A-Z][a-z ]+)\\.", (curve) => curve.toLowerCase() === name),
        clause("With φ = (.+?)(?=, (?:[a-z]|[A-H] ))", (formula) =>
          PROBES.every((d) => Math.abs(written(formula)(d) - likelihood(d)) < 1e-9),
        ),
        ...ofShift(state, pass(m, state.energies), p),
        ...(k < 0 ? [] : ofMove(k, was[k], shifted(state)[k], pass(m, was), p)),
      ],
      broken: failing,
    };
  },
};
