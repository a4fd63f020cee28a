/** The table of verdicts: what each removal breaks at the front page's first state, and why that and nothing else. */
import { expect, test } from "vitest";
import { measure, METERS, broken } from "../../iemlib/widgets/math/meters";
import { implicit_em, pass, without } from "../../iemlib/widgets/math/mechanism";
import { built, type MechanismCase } from "./golden";

const STATE = [0.7, 1.5, 2.5, 3.7];
type Removed = MechanismCase["removed"];
const VERDICT = { "✓": true, "✕": false, "–": null } as const;

// sum, positivity, match, ratio, shift, coupling: ✓ holds, ✕ broken, – no pair to compare.
const TABLE: readonly (readonly [string, Removed, string])[] = [
  ["nothing", {}, "✓ ✓ ✓ ✓ ✓ ✓"],
  ["hypotheses → K = 1", { hypotheses: { kind: "first" } }, "✓ ✓ ✓ – ✓ –"],
  ["energies → own offset", { energies: { kind: "offset", index: 1, amount: 1.5 } }, "✓ ✓ ✓ ✕ ✓ ✓"],
  ["energies → own unit", { energies: { kind: "unit", index: 1, factor: 1.5 } }, "✕ ✓ ✕ ✕ ✕ ✓"],
  ["exponentiation → linear", { exponentiation: { kind: "linear", offset: 5 } }, "✕ ✓ ✕ ✕ ✕ ✓"],
  ["exponentiation → power", { exponentiation: { kind: "power", p: 3 } }, "✕ ✓ ✕ ✕ ✕ ✓"],
  ["normalization → none", { normalization: { kind: "none" } }, "✕ ✓ ✓ ✓ ✕ ✕"],
  ["normalization → independent", { normalization: { kind: "independent" } }, "✕ ✓ ✓ ✕ ✕ ✕"],
  ["normalization → hard", { normalization: { kind: "hard" } }, "✓ ✕ ✓ ✕ ✓ –"],
  ["normalization → top-2", { normalization: { kind: "top_k", k: 2 } }, "✓ ✕ ✓ ✕ ✓ ✓"],
  ["normalization → sparsemax", { normalization: { kind: "entmax", alpha: 2 } }, "✓ ✕ ✓ ✕ ✓ ✕"],
  ["objective → expected energy", { objective: { kind: "expected_energy" } }, "✓ ✕ ✕ ✓ ✓ ✕"],
  ["objective → mean", { objective: { kind: "mean" } }, "✓ ✓ ✕ ✓ ✓ ✕"],
  ["objective → max", { objective: { kind: "max" } }, "✓ ✕ ✕ ✓ ✓ –"],
  ["objective → sum", { objective: { kind: "sum" } }, "✕ ✓ ✕ ✓ ✕ ✕"],
  [
    "independent, objective Σ log σ(−d)",
    { normalization: { kind: "independent" }, objective: { kind: "log_sigmoid" } },
    "✕ ✓ ✕ ✕ ✕ ✕",
  ],
];

test.each(TABLE)("%s", (_, removed, row) => {
  const q = measure(built(removed), STATE);
  const marks = row.split(" ") as (keyof typeof VERDICT)[];
  expect(Object.fromEntries(METERS.map((meter) => [meter, q[meter].holds]))).toEqual(
    Object.fromEntries(METERS.map((meter, i) => [meter, VERDICT[marks[i]]])),
  );
  expect(broken(q)).toEqual(METERS.filter((_, i) => marks[i] === "✕"));
});

test("a part removed without naming what replaces it gets the default of the table", () => {
  const rows = { hypotheses: 1, energies: 2, exponentiation: 4, normalization: 6, objective: 11 } as const;
  for (const [part, row] of Object.entries(rows) as [keyof typeof rows, number][])
    expect(pass(without(implicit_em, [part]), STATE)).toEqual(pass(built(TABLE[row][1]), STATE));
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
