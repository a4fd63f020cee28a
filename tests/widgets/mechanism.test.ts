/**
 * The widgets' mathematics against the 50-digit oracle.
 *
 * The worst error of each quantity is written to _build/typescript-accuracy.json, for the book's page of the
 * library to show beside those of NumPy and torch; units and sizes are those of tests/golden/accuracy.py.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { pass } from "../../iemlib/widgets/math/mechanism";
import { METERS, measure } from "../../iemlib/widgets/math/meters";
import { log_sum_exp, responsibilities } from "../../iemlib/widgets/math/softmin";
import { built, EDGES, type EdgeCase, MECHANISM, number, numbers, ROOT, rows } from "./golden";

/** Half the spacing of doubles at 1. Here is nothing but doubles: float32 cases are stated, and judged, as such. */
const HALF = 2 ** -53;
const LEAST_NORMAL = 2 ** -1022;
const UNITS_AT_THE_EDGES = 4;
const UNITS_OF_THE_MECHANISM = 64;

const worst = new Map<string, { readonly units: number; readonly case: string }>();
const note = (quantity: string, units: number, name: string): void => {
  if (units > (worst.get(quantity)?.units ?? -1)) worst.set(quantity, { units, case: name });
};
afterAll(() => {
  mkdirSync(new URL("_build/", ROOT), { recursive: true });
  const text = `${JSON.stringify(Object.fromEntries(worst), null, 1)}\n`;
  writeFileSync(new URL("_build/typescript-accuracy.json", ROOT), text);
});

/** The largest error over the answer's size, at least 1; infinite where one is undefined and the other is not. */
const units = (got: readonly number[], wanted: readonly number[]): number => {
  const alike = got.length === wanted.length && got.every((v, i) => Number.isNaN(v) === Number.isNaN(wanted[i]));
  if (!alike) return Number.POSITIVE_INFINITY;
  const size = Math.max(1, ...wanted.filter((v) => !Number.isNaN(v)).map(Math.abs));
  const errors = got.map((v, i) => (Number.isNaN(v) || v === wanted[i] ? 0 : Math.abs(v - wanted[i])));
  return Math.max(0, ...errors) / size / HALF;
};

describe("the mechanism gives what the oracle gives", () => {
  test.each(MECHANISM)("$name", (c) => {
    const p = pass(built(c.removed, c.temperature), c.energies);
    const found = {
      scores: units(p.scores, numbers(c.scores)),
      credit: units(p.credit, numbers(c.credit)),
      value: units([p.value], [number(c.value)]),
      coupling: units(p.coupling.flat(), rows(c.coupling).flat()),
    };
    for (const [quantity, error] of Object.entries(found)) {
      note(`mechanism: ${quantity}`, error, c.name);
      expect(error, quantity).toBeLessThanOrEqual(UNITS_OF_THE_MECHANISM);
    }
  });
});

/** As near as meters need be: a relative 1e-9, or a millionth of their tolerance. */
const near = (got: number, wanted: number): boolean =>
  Object.is(got, wanted) || Math.abs(got - wanted) <= Math.max(1e-12, 1e-9 * Math.abs(wanted));

describe("the meters and their verdicts are the oracle's", () => {
  test.each(MECHANISM)("$name", (c) => {
    const q = measure(built(c.removed, c.temperature), c.energies);
    for (const meter of METERS) {
      const wanted = number(c.meters[meter]);
      expect(near(q[meter].value, wanted), `${meter}: ${q[meter].value}, wanted ${wanted}`).toBe(true);
      expect(q[meter].holds, meter).toBe(c.holds[meter]);
    }
    expect(near(q.scoreSum, number(c.meters.sum_scores))).toBe(true);
    expect(near(q.creditSum, number(c.meters.sum_credit))).toBe(true);
  });
});

/** Errors in units of what rounding the energies allows. */
const edges = (c: EdgeCase): { readonly shares: number; readonly value: number } => {
  const d = numbers(c.energies);
  const r = responsibilities(d, c.temperature);
  const L = log_sum_exp(d, c.temperature);
  const size = Math.max(...d.filter(Number.isFinite).map(Math.abs));
  const depth = 1 + 2 * (size / c.temperature);
  const wanted = numbers(c.responsibilities);
  const shares = wanted.map((want, h) => {
    if (want > LEAST_NORMAL) return Math.abs(r[h] - want) / (want * HALF) / depth;
    return r[h] <= 2 * LEAST_NORMAL ? 0 : Number.POSITIVE_INFINITY;
  });
  const L50 = number(c.log_sum_exp);
  const unit = HALF * Math.max(size, Math.abs(L50)) || LEAST_NORMAL;
  return { shares: Math.max(...shares), value: Math.abs(L - L50) / unit };
};

describe("responsibilities and log-sum-exp are as exact as their input, to the ends of the floats", () => {
  test.each(EDGES)("$name", (c) => {
    const { shares, value } = edges(c);
    note("responsibilities", shares, c.name);
    note("log_sum_exp", value, c.name);
    expect(shares).toBeLessThanOrEqual(UNITS_AT_THE_EDGES);
    expect(value).toBeLessThanOrEqual(UNITS_AT_THE_EDGES);
  });
});
