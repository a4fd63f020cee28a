/** The table of verdicts: what each removal breaks at the front page's first state, and why that and nothing else. */
import { expect, test } from "vitest";
import { implicit_em, PARTS, type Part, pass, without } from "../../iemlib/widgets/math/mechanism";
import { broken, METERS, measure } from "../../iemlib/widgets/math/meters";
import { built, MECHANISM } from "./golden";

const STATE = [0.7, 1.5, 2.5, 3.7];
const TABLE = MECHANISM.filter(({ name }) => name.startsWith("verdict: "));

test("the golden file states the verdicts, of every part and of none, at one state", () => {
  expect(TABLE.filter((c) => Object.keys(c.removed).length === 0)).toHaveLength(1);
  for (const part of PARTS) expect(TABLE.filter((c) => c.removed[part]).length).toBeGreaterThan(0);
  for (const c of TABLE) expect([c.energies, c.temperature]).toEqual([STATE, 1]);
});

test.each(TABLE)("$name", ({ removed, holds }) => {
  const q = measure(built(removed), STATE);
  expect(Object.fromEntries(METERS.map((meter) => [meter, q[meter].holds]))).toEqual(holds);
  expect(broken(q)).toEqual(METERS.filter((meter) => holds[meter] === false));
});

test("a part removed without naming what replaces it gets the default of the table", () => {
  const defaults: Readonly<Record<Part, string>> = {
    hypotheses: "first",
    energies: "own_offset",
    exponentiation: "linear",
    normalization: "none",
    objective: "expected_energy",
  };
  for (const part of PARTS) {
    const row = TABLE.find(({ removed }) => removed[part]?.kind === defaults[part]);
    expect(row, part).toBeDefined();
    expect(pass(without(implicit_em, [part]), STATE)).toEqual(pass(built(row?.removed ?? {}), STATE));
  }
});

test("a meter without a pair says so and is not broken", () => {
  const one = measure(implicit_em, [1.3]);
  expect([one.ratio.holds, one.coupling.holds, broken(one).length]).toEqual([null, null, 0]);
});

test("an undefined objective breaks the meters that it takes part in, and throws nothing", () => {
  const q = measure(built({ exponentiation: { kind: "linear", offset: 5 } }), [6, 6, 6]);
  expect(q.creditSum).toBeNaN();
  expect(METERS.map((meter) => q[meter].holds)).toEqual([false, false, false, false, false, false]);
});
