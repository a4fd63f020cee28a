/** The lattice is drawn as it is: an edge as wide as its share, solid or striped, and one that is forbidden cut. */
import { expect, test } from "vitest";
import { poster } from "../../iemlib/widgets/core/poster";
import { definition } from "../../iemlib/widgets/paths/view";
import { spoken, state } from "./clauses";
import type { Given } from "./widgets";

const drawn = (given: Given): string => poster([definition], "iem-paths", "here", JSON.stringify(given));
const widths = (given: Given): readonly number[] =>
  [...drawn(given).matchAll(/--w:\s*([\d.]+)/g)].map(([, w]) => Number(w));
const count = (text: string, of: RegExp): number => [...text.matchAll(of)].length;

test("an edge is as wide as its share, by either way of computing it", () => {
  const { numbers } = definition.read(state(definition, {}));
  const shares = numbers.rows.slice(15).map((row) => row[2] as number);
  for (const by of ["forward-backward", "backprop"])
    widths({ by }).forEach((w, i) => {
      expect(w).toBeCloseTo(shares[i], 4);
    });
  expect(widths({})).toHaveLength(36);
  expect([count(drawn({}), /i-rungs/g), count(drawn({ by: "backprop" }), /i-rungs/g)]).toEqual([0, 36]);
});

test("a forbidden edge has no width, and without a path there is neither a best one nor a number", () => {
  expect(widths({ forbidden: ["A1-B2", "B2-B3"] })).toHaveLength(34);
  const all = ["A", "B", "C"].flatMap((j) => ["A", "B", "C"].map((k) => `${j}4-${k}5`));
  const none = drawn({ forbidden: all });
  expect([count(drawn({}), /class="i-ink"/g), count(none, /class="i-ink"/g)]).toEqual([1, 0]);
  expect(count(none, /class="i-share">–</g)).toBe(15);
  expect(none).not.toMatch(/NaN/);
  expect(spoken(definition, state(definition, { forbidden: all }))).toBe(
    "No path is left: there is no objective, and no credit.",
  );
});

test("what an act did is said from the state before it", () => {
  const from = state(definition, { edge: "A1-B2" });
  const now = state(definition, { edge: "A1-B2", forbidden: ["A1-B2"] });
  expect(spoken(definition, now, { control: "forbidden", from })).toBe(
    "You raised the edge A → B, step 1 to 2 to ∞: its posterior went from 0.29 to 0.00, and of 36 edges 18 moved by 0.01 " +
      "or more. Of 216 paths none is better than AABCC, which has 0.14. The edge A → B, step 1 to 2, has posterior 0.00 " +
      "and credit 0.00.",
  );
});

test("while a guess at a forbidden edge is awaited no energy can be moved, and any edge be taken in hand", () => {
  const predict = { question: "Which edges?", choices: ["two", "all"], locks: "forbidden" };
  const usable = (given: Given, type: string): number =>
    [...drawn(given).matchAll(new RegExp(`<input[^>]*type="${type}"[^>]*>`, "g"))].filter(
      ([tag]) => !/\sdisabled/.test(tag),
    ).length;
  expect([-1, 0].map((guess) => usable({ predict, guess }, "range"))).toEqual([0, 16]);
  expect([-1, 0].map((guess) => usable({ predict, guess }, "radio"))).toEqual([40, 40]);
});
