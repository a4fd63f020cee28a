/** The page's audit and Python's, held to the same verdicts and normal forms. */
import { expect, test } from "vitest";
import { isFault } from "../../iemlib/widgets/math/auditing/formula";
import { type Form, isForm } from "../../iemlib/widgets/math/auditing/normal_form";
import { audit } from "../../iemlib/widgets/math/auditing/report";
import { AUDITS } from "./golden";

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
/** A form in Python's terms: a prior that adds up to one, and the energy of the silent hypothesis. */
const inFull = ({ kind, weight, temperature, clamp, prior }: Form) => {
  const over = (prior ?? clamp.map(() => 0)).map(Math.exp);
  return {
    weight,
    temperature,
    clamp,
    silent: kind === "silent" ? temperature * Math.log(mean(over)) : null,
    prior: over.map((a) => a / mean(over) / over.length),
  };
};

test.each(AUDITS)("$name: $formula", ({ formula, hypotheses, maximized, holds, form }) => {
  const told = audit(formula, hypotheses, maximized);
  if (isFault(told)) throw new Error(told.what);
  const verdicts = Object.entries(told.holds).map(([meter, verdict]) => [meter, verdict === "none" ? null : verdict]);
  expect(Object.fromEntries(verdicts)).toEqual(holds);
  const { found } = told;
  const shared = isForm(found) && (found.kind === "shared" || found.kind === "silent") ? inFull(found) : null;
  expect(shared === null).toBe(form === null);
  if (shared === null || form === null) return;
  expect(shared.weight).toBeCloseTo(form.weight, 6);
  expect(shared.temperature).toBeCloseTo(form.temperature, 6);
  form.clamp.forEach((q, h) => {
    expect(shared.clamp[h]).toBeCloseTo(q, 6);
  });
  form.prior.forEach((a, h) => {
    expect(shared.prior[h]).toBeCloseTo(a, 6);
  });
  if (form.silent === null) expect(shared.silent).toBeNull();
  else expect(shared.silent).toBeCloseTo(form.silent, 4);
});
