/** The audit: what its sentence may say of the form, of the credit at the energies, and of what is broken. */
import type { State } from "../../../iemlib/widgets/audit/state";
import { meterName } from "../../../iemlib/widgets/marks/meters";
import { isFault, read } from "../../../iemlib/widgets/math/auditing/formula";
import { look, type Objective, valueAt } from "../../../iemlib/widgets/math/auditing/jets";
import { type Form, isForm } from "../../../iemlib/widgets/math/auditing/normal_form";
import { type Audit, audit } from "../../../iemlib/widgets/math/auditing/report";
import type { Verdict } from "../../../iemlib/widgets/math/auditing/verdicts";
import { METERS } from "../../../iemlib/widgets/math/meters";
import { type Claims, type Clause, clause, reads as readsShort } from "../clauses";
import { TRUTHS } from "../objectives";

const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);

/** Credit by differences of the values alone, of fourth order. */
const differences = (objective: Objective, energies: readonly number[]): readonly number[] =>
  energies.map((d, h) => {
    const at = (v: number): number =>
      valueAt(
        objective,
        energies.map((e, k) => (k === h ? v : e)),
      );
    const central = (step: number): number => (at(d - step) - at(d + step)) / (2 * step);
    return (4 * central(5e-4) - central(1e-3)) / 3;
  });

/** The letters of the verdicts as they are known of an objective in use, of any number of hypotheses but two. */
const LETTERS: Readonly<Record<string, Verdict>> = { h: true, b: false, "?": null, "–": "none" };
const agrees = (s: State, it: Audit): boolean => {
  const known = TRUTHS.find(
    ({ text, maximized = true }) =>
      text === s.formula && maximized === (s.goal === "maximized") && s.hypotheses === "4",
  );
  return !known || METERS.every((meter, k) => it.holds[meter] === LETTERS[known.verdicts[k]]);
};

const reads = (text: string, v: number): boolean => {
  if (!text.includes("e")) return readsShort(text, v);
  return Math.abs(Number(text.replace("−", "-")) / v - 1) <= 0.005 && Math.abs(v) >= 1e6;
};
const numbers = (list: string, all: readonly number[]): boolean => {
  const said = list.split(", ");
  return said.length === all.length && said.every((text, k) => reads(text, all[k]));
};
const listed = (list: string, it: Audit, verdict: Verdict): boolean =>
  list ===
  METERS.filter((meter) => it.holds[meter] === verdict)
    .map(meterName)
    .join(", ");

/** What is said of a form: each of its freedoms that is used, and no other. */
const ofForm = (form: Form): readonly Clause[] => [
  clause("(?:up to )?a temperature of N", (τ) => reads(τ, form.temperature) && form.temperature !== 1),
  clause("(?:up to )?a prior", () => form.prior !== null),
  clause("(?:up to )?a weight of N", (w) => reads(w, form.weight) && form.weight !== 1),
  clause("(?:up to )?a clamp", () => form.clamp.some((q) => q !== 0)),
];

const NUMBER = "−?\\d+\\.\\d\\d(?:e\\d+)?";
const NUMBERS = `((?:${NUMBER}(?:, (?=[−\\d]))?)+)`;
const ofAudit = (s: State, it: Audit): readonly Clause[] => {
  const { energies } = s;
  const { objective, found } = it;
  const named = energies.length >= objective.formula.least;
  const here = named ? look(objective, energies) : null;
  const smooth = here?.finite && !here.kink;
  const all = (count: string): boolean => count === s.hypotheses && agrees(s, it);
  const is = (kind: string): boolean => found.kind === kind;
  const form = isForm(found) ? found : null;
  const plain = form !== null && Math.abs(form.weight - 1) < 1e-6 && form.clamp.every((q) => Math.abs(q) < 1e-6);
  return [
    ...(form ? ofForm(form) : []),
    // Then credit must be a softmin at the temperature, wherever one looks.
    clause("This is implicit EM with (\\d) hypotheses", (n) => all(n) && is("shared") && plain),
    clause("Implicit EM with (\\d) hypotheses", (n) => all(n) && is("shared")),
    clause("Implicit EM with a silent hypothesis beside these (\\d)", (n) => all(n) && is("silent") && !it.holds.shift),
    clause(
      "No hypothesis feels another: these are (\\d) two-way EMs",
      (n) => all(n) && is("apart") && !it.holds.coupling,
    ),
    clause("Exponentials of (\\d) hypotheses that are never shared", (n) => all(n) && is("unshared")),
    clause("A logarithm of a sum over (\\d) hypotheses, but not of exponentials", (n) => all(n) && is("log_sum")),
    clause("All clamp: the credit of (\\d) hypotheses never looks at their energies", (n) => all(n) && is("linear")),
    clause("No normal form with (\\d) hypotheses", (n) => all(n) && is("none")),
    clause(`At energies ${NUMBERS} credit is ${NUMBERS}, together (${NUMBER})`, (d, c, total) => {
      if (!here?.finite || !numbers(d, energies)) return false;
      const by = differences(objective, energies);
      const near = by.every((v, h) => Math.abs(v - here.credit[h]) <= 1e-4 * Math.max(1, here.largest));
      return (near || !smooth) && numbers(c, here.credit) && reads(total, sum(here.credit));
    }),
    clause("one of several, for two branches meet", () => here?.kink === true),
    clause(`At energies ${NUMBERS} there is no value`, (d) => numbers(d, energies) && !here?.finite),
    clause("Undecided: ([a-z, ]+)", (list) => listed(list, it, null)),
    clause("Broken: ([a-z, ]+)", (list) => listed(list, it, false)),
  ];
};

const kept = new Map<string, ReturnType<typeof audit>>();
const auditOf = ({ formula, hypotheses, goal }: State): ReturnType<typeof audit> => {
  const key = [hypotheses, goal, formula].join();
  const it = kept.get(key) ?? audit(formula, Number(hypotheses), goal === "maximized");
  kept.set(key, it);
  return it;
};

export const claims: Claims<State> = {
  states: [
    ...TRUTHS.map(({ text, maximized = true }) => ({ formula: text, goal: maximized ? "maximized" : "minimized" })),
    { formula: "log(softmin(d)[y])", energies: [0, 1] },
    { formula: "log(softmin(d)[y])", energies: [0, 0], hypotheses: "2" },
    { formula: "max(-d)", energies: [0, 0, 1] },
    { formula: "log(sum((1 + d)^-3))", energies: [-1, 0] },
    { formula: "sum(log(d))", energies: [-1, 0] },
    { formula: "exp(exp(sum(d^2)))", energies: [3, 4] },
    { formula: "d[4]^2", hypotheses: "5", energies: [0, 1] },
    { formula: "d[4]^2", hypotheses: "4" },
    { formula: "0.000001*sum(d)", energies: [0, 0] },
    ...["", "d", "sum(d", "sum(foo(d))", "\u0000", "((((", "😀"].map((formula) => ({ formula })),
  ],
  of: (s, _act) => {
    const formula = read(s.formula);
    const it = auditOf(s);
    if (isFault(it))
      return {
        clauses: [
          clause(
            "Nothing is audited: what is wrong from character (\\d+) on is said below the formula",
            (at) => Number(at) === it.at + 1 && (isFault(formula) || formula.least > Number(s.hypotheses)),
          ),
        ],
        broken: [],
      };
    return { clauses: ofAudit(s, it), broken: METERS.filter((meter) => it.holds[meter] === false) };
  },
};
