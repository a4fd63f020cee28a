/** The whole pipe: what its sentence may say with any of the five assumptions off. */
import type { State } from "../../../iemlib/widgets/five_switches/state";
import { movedBy } from "../../../iemlib/widgets/marks/controls";
import { type Mechanism, PARTS, type Part, type Passage, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { type Claims, type Clause, clause, ofMove, ofState, TOLERANCE } from "../clauses";
import { built, type MechanismCase } from "../golden";

/** What takes a part's place, in the golden vectors' words: not as the widget builds it. */
const OWN_ZERO = 1.5;
const OFFSET = 5;
const INSTEAD: MechanismCase["removed"] = {
  hypotheses: { kind: "first" },
  energies: { kind: "own_offset", index: 1, amount: OWN_ZERO },
  exponentiation: { kind: "linear", offset: OFFSET },
  normalization: { kind: "none" },
  objective: { kind: "expected_energy" },
};
const pipe = (removed: readonly Part[]): Mechanism =>
  built(Object.fromEntries(removed.map((part) => [part, INSTEAD[part]])));

/** All 32 combinations of the five. */
const REMOVALS: readonly (readonly Part[])[] = Array.from({ length: 2 ** PARTS.length }, (_, bits) =>
  PARTS.filter((_, i) => bits & (1 << i)),
);
/** Energies whose likelihoods 5 − d sum to nothing, or to less, or are nothing. */
const NO_LIKELIHOOD = [[4, 6], [5], [5, 5], [3.5, 5, 5]];

const ofSwitches = ({ removed, energies }: State, p: Passage): readonly Clause[] => {
  const off = (part: Part): boolean => removed.includes(part);
  const counted = p.kept.map((k) => energies[k] + (off("energies") && k === 1 ? OWN_ZERO : 0));
  const expected = -p.scores.reduce((total, s, i) => total + s * counted[i], 0);
  return [
    clause("All five assumptions are on", () => removed.length === 0),
    clause("One hypothesis left", () => p.scores.length === 1),
    clause("B now counts from its own zero", () => off("energies") && p.kept.includes(1)),
    clause("Zeros may differ now, but there is only one", () => off("energies") && p.kept.length === 1),
    clause("Likelihood is now 5 − d", () => p.likelihoods.every((f, i) => Math.abs(f - (OFFSET - counted[i])) < 1e-12)),
    clause("Nothing is divided by the sum any more", () => p.scores.every((s, i) => s === p.likelihoods[i])),
    clause("Expected energy in place of log-sum-exp", () =>
      // Without scores there is none.
      Number.isFinite(expected) ? Math.abs(p.value - expected) < TOLERANCE : Number.isNaN(p.value),
    ),
    clause(
      "(Hypotheses|Energies|Exponentiation|Normalization|Objective) is back",
      (part) => !off(part.toLowerCase() as Part),
    ),
    clause("Without ([a-z, ]+)\\.", (list) => list.split(/, | and /).join() === removed.join()),
  ];
};

export const claims: Claims<State> = {
  states: REMOVALS.flatMap((removed) => [
    { removed },
    ...(removed.includes("exponentiation") ? NO_LIKELIHOOD.map((energies) => ({ removed, energies })) : []),
  ]),
  of: (state, act) => {
    const m = pipe(state.removed);
    const p = pass(m, state.energies);
    const failing = broken(measure(m, state.energies));
    const k = movedBy(act, "Energy");
    const was = act?.from.energies ?? [];
    const moves = k < 0 ? [] : ofMove(k, was[k], state.energies[k], pass(m, was), p);
    return { clauses: [...ofState(p, failing), ...ofSwitches(state, p), ...moves], broken: failing };
  },
};
