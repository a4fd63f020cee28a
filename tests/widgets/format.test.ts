/** Numbers as the book writes them. */
import { expect, test } from "vitest";
import { apart, listed, percent, signed, two } from "../../iemlib/widgets/marks/format";

test.each([
  [0.125, "0.13"],
  [-1.5, "−1.50"],
  [1e-9, "0.00"],
  [-0.004, "0.00"],
  [-0, "0.00"],
  [-0.005, "−0.01"],
  [12, "12.00"],
  [Number.NaN, "undefined"],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NEGATIVE_INFINITY, "−∞"],
])("%d reads %s", (v, text) => {
  expect(two(v)).toBe(text);
});

test.each([
  [1.2, 1, "1.20"],
  [1.003, 1, "1.003"],
  [0.99996, 1, "< 1"],
  [1.00004, 1, "> 1"],
  [-0.003, 0, "−0.003"],
  [3e-4, 0, "0.0003"],
  [2e-6, 0, "> 0"],
  [0, 0, "> 0"],
  [Number.NaN, 0, "undefined"],
  [Number.POSITIVE_INFINITY, 0, "∞"],
])("%d, which is not %d, reads %s", (v, from, text) => {
  expect(apart(v, from)).toBe(text);
});

test("a shift has its sign, and none when it is nothing", () => {
  expect([1, -0.4, 0].map(signed)).toEqual(["+1.00", "−0.40", "0.00"]);
});

test.each([
  [0.5, "50.000%"],
  [-1e-9, "0.000%"],
  [-0.25, "-25.000%"],
  [Number.NaN, "0.000%"],
  [Number.POSITIVE_INFINITY, "0.000%"],
])("a length of %d is %s: a number always", (v, text) => {
  expect(percent(v)).toBe(text);
});

test("words are listed as they are spoken", () => {
  expect([[], ["A"], ["A", "B"], ["A", "B", "C"]].map(listed)).toEqual(["", "A", "A and B", "A, B and C"]);
});
