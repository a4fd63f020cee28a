/** A label that clamps: what its sentence may say of what is asked, of who is moved, and of a moved energy. */
import type { State } from "../../../iemlib/widgets/classes/state";
import { movedBy } from "../../../iemlib/widgets/marks/controls";
import { type Mechanism, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { type Claims, type Clause, clause, letter, letters, ofMove, ofState, reads } from "../clauses";
import { built } from "../golden";

const labelled = ({ label, energies }: State): number => energies.findIndex((_, k) => letter(k) === label);

/** From the golden vectors' specifications, not as the widget builds it. */
const mechanism = (s: State): Mechanism =>
  built(labelled(s) < 0 ? {} : { objective: { kind: "cross_entropy", label: labelled(s), smoothing: s.smoothing } });

/** Those who are moved, as they are listed: "A by 0.60, C by 0.10 and D by 0.03". */
const MOVED = "((?:[A-H] by \\d\\.\\d\\d(?:, | and )?)+)";

/** Of each class e^−d over their sum, and what the label asks by the words of the chapter. */
const ofLabel = (s: State, y: number): readonly Clause[] => {
  const likelihoods = s.energies.map((d) => Math.exp(-d));
  const all = likelihoods.reduce((a, b) => a + b, 0);
  const r = likelihoods.map((f) => f / all);
  const q = r.map((_, k) => (k === y ? 1 - s.smoothing : 0) + s.smoothing / r.length);
  const force = q.map((asked, k) => asked - r[k]);
  const moved = (sign: 1 | -1) => (list: string) => {
    const said = letters(list).map((item) => item.split(" by "));
    const those = force.flatMap((f, k) => (sign * f >= 0.005 ? [letter(k)] : []));
    return (
      those.join() === said.map(([name]) => name).join() &&
      said.every(([name, by]) => reads(by, Math.abs(force["ABCDEFGH".indexOf(name)])))
    );
  };
  return [
    clause(
      "The label asks N of L, which has N",
      (asked, name, has) => name === letter(y) && reads(asked, q[y]) && reads(has, r[y]),
    ),
    clause(`Pulled in: ${MOVED}`, moved(1)),
    clause(`Pushed away: ${MOVED}`, moved(-1)),
    clause("No class is moved by as much as 0\\.01", () => force.every((f) => Math.abs(f) < 0.01)),
    clause("Together 0\\.00", () => Math.abs(force.reduce((a, b) => a + b, 0)) < 1e-9),
  ];
};

export const claims: Claims<State> = {
  states: [
    { label: "B" },
    { label: "B", energies: [2, 0.5, 2.5, 3.7] },
    { label: "H" },
    { label: "A", energies: [2] },
    { label: "A", energies: [0, 6, 6, 6], smoothing: 0.1 },
    { label: "A", energies: [0, 6, 6, 6] },
    { label: "C", energies: [1, 1, 1], smoothing: 0.5 },
    { label: "none", energies: [3] },
  ],
  of: (s, act) => {
    const m = mechanism(s);
    const p = pass(m, s.energies);
    const failing = broken(measure(m, s.energies));
    const y = labelled(s);
    const k = movedBy(act, "Energy");
    return {
      clauses: [
        ...(y < 0 ? ofState(p, failing) : ofState(p, failing).filter(({ says }) => says.source.startsWith("Broken"))),
        clause("No label", () => s.label === "none"),
        clause("L is none of these classes", (name) => y < 0 && name === s.label),
        clause("Nothing is clamped:", () => y < 0),
        clause(
          "No score moved",
          () => act?.from.energies.every((d, i) => d === s.energies[i]) === true && act.control === "label",
        ),
        clause(
          "Smoothed by N, the label asks a little of every class",
          (by) => reads(by, s.smoothing) && s.smoothing > 0 && y >= 0,
        ),
        ...(y < 0 ? [] : ofLabel(s, y)),
        ...(act && k >= 0
          ? ofMove(k, act.from.energies[k], s.energies[k], pass(mechanism(act.from), act.from.energies), p)
          : []),
      ],
      broken: failing,
    };
  },
};
