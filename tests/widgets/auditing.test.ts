import { describe, expect, test } from "vitest";
import { isFault, MOST_CHARACTERS, MOST_DEEP, read } from "../../iemlib/widgets/math/auditing/formula";
import { look } from "../../iemlib/widgets/math/auditing/jets";
import { type Form, isForm } from "../../iemlib/widgets/math/auditing/normal_form";
import { type Audit, audit } from "../../iemlib/widgets/math/auditing/report";
import { METERS } from "../../iemlib/widgets/math/meters";
import { AUDITS } from "./golden";
import { type Composed, composed, malformed, TRUTHS } from "./objectives";
import { dice, EXAMPLES } from "./random";

const COMPOSITIONS = Math.max(2000, 20 * EXAMPLES);
const MALFORMED = Math.max(2000, 20 * EXAMPLES);

const audited = (text: string, hypotheses = 4, maximized = true): Audit => {
  const it = audit(text, hypotheses, maximized);
  if (isFault(it)) throw new Error(`${text}: ${it.what}`);
  return it;
};
const formOf = (it: Audit): Form => {
  if (!isForm(it.found)) throw new Error(`${it.objective.formula.text}: ${it.found.why}`);
  return it.found;
};
/** Verdicts in a line: h holds, b broken, ? undecided, – no pair. */
const line = (it: Audit): string =>
  METERS.map((m) => ({ true: "h", false: "b", null: "?", none: "–" })[String(it.holds[m])]).join("");

// ------------------------------------------------------------------------------------ the formula

/** What a formula gives at the energies 1, 2, 3. */
const given = (text: string): number => {
  const formula = read(text);
  if (isFault(formula)) throw new Error(`${text}: ${formula.what}`);
  return look({ formula, sign: 1 }, [1, 2, 3]).value;
};

test.each<readonly [string, number]>([
  ["-d[0]^2", -1],
  ["2^3^2 + 0*d[0]", 512],
  ["2^-1 + 0*d[0]", 0.5],
  ["-2**2 + 0*d[y]", -4],
  ["8/4/2 + 0*d[y]", 1],
  ["d[1]-1-1", 0],
  ["d[K-1]", 3],
  ["+d[0]", 1],
  ["2 − d[0] × 3 ÷ 3 · 1", 1],
  ["sum(d*d)", 14],
  ["mean(d + K)", 5],
  ["max(d)", 3],
  ["min(d)", 1],
  ["sum(max(d, 2))", 7],
  ["min(d[0], d[1], -4)", -4],
  ["sum(relu(d - 2))", 1],
  ["sum(abs(d - 2))", 2],
  ["sqrt(d[0] + 3)", 2],
  ["log(sum(exp(d)))", Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3))],
  ["logsumexp(-d)", Math.log(Math.exp(-1) + Math.exp(-2) + Math.exp(-3))],
  ["sigmoid(d[0])", 1 / (1 + Math.exp(-1))],
  ["softplus(d[0])", Math.log(1 + Math.exp(1))],
  ["tanh(d[0])", Math.tanh(1)],
  ["softmin(d)[0]", Math.exp(-1) / (Math.exp(-1) + Math.exp(-2) + Math.exp(-3))],
  ["entropy(d/6)", -(Math.log(1 / 6) / 6 + Math.log(1 / 3) / 3 + Math.log(1 / 2) / 2)],
  ["1e-3*d[0] + .5", 0.501],
  ["d[0]^d[1]", 1],
  ["2^d[1]", 4],
])("%s is %d", (text, value) => {
  expect(given(text)).toBeCloseTo(value, 12);
});

test.each<readonly [string, RegExp, number]>([
  ["", /^Type a formula/, 0],
  ["d", /one value for each hypothesis/, 0],
  ["sum(d", /to close sum\(, found the end/, 5],
  ["sum(softmax(d))", /softmax\(-d\) is softmin\(d\)/, 4],
  ["sum(sofmin(d))", /did you mean softmin\?/, 4],
  ["2d[0]", /a product is written \*/, 1],
  ["sum(d) + @", /“@” has no meaning here/, 9],
  ["sum(d) + 😀", /“😀” has no meaning here/, 9],
  ["d[7]", /there are at most 6 hypotheses/, 2],
  ["d[0.5]", /An index is a whole number/, 2],
  ["d[K]", /K-1 is the last/, 3],
  ["d[K-0]", /K-1 is the last index/, 4],
  ["d[K-9]", /before the first/, 4],
  ["d[0][0]", /Only a vector has parts/, 4],
  ["sum(d[0])", /needs a vector/, 0],
  ["log(d, 2)", /takes one argument/, 0],
  ["exp d", /needs its argument in brackets/, 0],
  ["exp()", /has no argument/, 0],
  ["3 + 4", /do not occur/, 0],
  ["sum(d))", /has no partner/, 6],
  ["sum(d) +", /ends too early/, 7],
  ["y + d[0]", /y is an index/, 0],
  ["d(0)", /one of them is d\[0\]/, 0],
  ["1e999*d[0]", /too large/, 0],
  [`${"(".repeat(MOST_DEEP)}d[0]${")".repeat(MOST_DEEP)}`, /Nested more than 40 deep/, MOST_DEEP],
  [`d[0]${"+1".repeat(MOST_CHARACTERS)}`, /At most 300 characters/, MOST_CHARACTERS],
])("%j is told, and where it is wrong", (text, what, at) => {
  const fault = read(text);
  if (!isFault(fault)) throw new Error(`${text} was read`);
  expect(fault.what).toMatch(what);
  expect(fault.at).toBe(at);
});

test("what is bounded is read up to its bound", () => {
  const deep = MOST_DEEP - 1;
  expect(read(`${"(".repeat(deep)}d[0]${")".repeat(deep)}`)).toHaveProperty("steps");
  expect(read(`d[0]${"+1".repeat((MOST_CHARACTERS - 4) / 2)}`)).toHaveProperty("steps");
  expect(audit("d[3]^2", 3, true)).toMatchObject({ what: "This formula needs K = 4 or more" });
  expect(audit("sum(d^2)", 7, true)).toMatchObject({ what: "K is a whole number from 2 to 6" });
});

// ------------------------------------------------------------------------------------ derivatives

/** Central differences of the formula's values, and of its credit. */
const STEP = 1e-4;
test("credit and coupling are the differences of the values and of the credit, for every function", () => {
  const texts = [
    "sum(exp(-d)*softplus(d))",
    "sum(sigmoid(d)^2) - mean(tanh(d))*d[1]",
    "sqrt(sum(d^2))",
    "log(sum((3+d)^-1.5))",
    "entropy(softmin(2*d)) + max(d, -9)[1]^3",
    "sum(log(softmin(d))^2)/K",
    "logsumexp(d/2)*min(-d) + sum(abs(d - 9)^1.5)",
    "d[0]^2/(1 + d[1]^2) + sum(relu(d)^2)",
    "(2 + d[0])^(1 + d[1]^2)",
    "log(softmin(d)[1])*softmin(d)[K-1]",
  ];
  const energies = [0.3, -0.7, 1.1];
  for (const text of texts) {
    const { objective } = audited(text, 3);
    const at = (h: number, by: number) =>
      look(
        objective,
        energies.map((d, k) => (k === h ? d + by : d)),
      );
    const here = look(objective, energies);
    energies.forEach((_, h) => {
      const [low, high] = [at(h, -STEP), at(h, STEP)];
      expect(here.credit[h], text).toBeCloseTo((low.value - high.value) / (2 * STEP), 5);
      energies.forEach((__, k) => {
        expect(here.coupling[k][h], text).toBeCloseTo((high.credit[k] - low.credit[k]) / (2 * STEP), 5);
      });
    });
  }
});

test("what has no derivative, or no value, is not smooth", () => {
  const at = (text: string, energies: readonly number[]) => look(audited(text, 2).objective, energies);
  expect(at("max(d)", [1, 1]).kink).toBe(true);
  expect(at("max(d)", [1, 2]).kink).toBe(false);
  expect(at("sum(abs(d))", [0, 1]).kink).toBe(true);
  expect(at("sum(sqrt(d))", [0, 1]).finite).toBe(false);
  expect(at("sum(log(d))", [-1, 1]).finite).toBe(false);
  expect(at("entropy(d)", [0, 1]).finite).toBe(false);
  expect(at("entropy(relu(d))", [0, 1]).kink).toBe(true);
  expect(at("entropy(softmin(d))", [0, 1000]).finite).toBe(true);
  expect(at("max(log(d[0]), 0) + d[1]", [-1, 1]).finite).toBe(false);
});

// ------------------------------------------------------------------------------------ objectives in use

describe("what is known of objectives in use", () => {
  test.each(TRUTHS)("$text, K = $hypotheses", ({ text, hypotheses, maximized = true, verdicts, form, kind }) => {
    const it = audited(text, hypotheses, maximized);
    expect(line(it)).toBe(verdicts);
    if (kind) expect(it.found.kind).toBe(kind);
    if (!form) return;
    const found = formOf(it);
    expect(found.weight).toBeCloseTo(form.weight, 8);
    expect(found.temperature).toBeCloseTo(form.temperature, 8);
    form.clamp.forEach((q, h) => expect(found.clamp[h]).toBeCloseTo(q, 8));
    if (form.prior) {
      const weights = (found.prior ?? []).map(Math.exp);
      form.prior.forEach((a, h) => expect(weights[h] / weights[0]).toBeCloseTo(a / (form.prior as number[])[0], 6));
    } else expect(found.prior).toBeNull();
  });

  test("every break has its witness, small, and checked by differences alone", () => {
    for (const { text, hypotheses, maximized = true } of TRUTHS) {
      const it = audited(text, hypotheses, maximized);
      for (const meter of METERS) {
        const witness = it.witness.each[meter];
        expect(witness !== undefined, `${text} ${meter}`).toBe(it.holds[meter] === false);
        if (!witness) continue;
        expect(witness.checked, `${text} ${meter}`).toBe(true);
        expect(it.at(witness.energies).findings[meter].verdict, `${text} ${meter}`).toBe(false);
        expect(witness.energies.length).toBeLessThanOrEqual(hypotheses);
      }
    }
  });

  test("the smallest witnesses are those that one would write on a board", () => {
    expect(audited("log(softmin(d)[y])").witness.joint).toEqual([0, 1]);
    expect(audited("log(1 + sum(exp(-d)))").witness.joint).toEqual([0, 0]);
    expect(audited("-sum(softmin(d)*d)").witness.each.positivity?.energies.filter((d) => d !== 0)).toHaveLength(1);
    expect(audited("log(sum(exp(-d)))").witness).toEqual({ each: {}, joint: null });
  });
});

// ------------------------------------------------------------------------------------ composed at random

/** Credit by differences of plain values. */
const differences = (J: Composed["J"], energies: readonly number[]): readonly number[] =>
  energies.map((d, h) => {
    const at = (v: number): number => J(energies.map((e, k) => (k === h ? v : e)));
    // Richardson's: of fourth order.
    const central = (step: number): number => (at(d - step) - at(d + step)) / (2 * step);
    return (4 * central(5e-4) - central(1e-3)) / 3;
  });

test(`${COMPOSITIONS} compositions whose truth is known: no false “holds”, no false “broken”`, () => {
  const roll = dice(13);
  const wrong: string[] = [];
  let decided = 0;
  for (let i = 0; i < COMPOSITIONS; i++) {
    const it = composed(roll);
    const got = audited(it.text, it.hypotheses, it.maximized);
    const tell = (what: string): number => wrong.push(`${what}: ${it.text}, K = ${it.hypotheses}, ${it.maximized}`);
    for (const meter of METERS) {
      const known = it.truth[meter];
      if (typeof got.holds[meter] === "boolean") decided++;
      if (known !== undefined && got.holds[meter] !== null && got.holds[meter] !== known)
        tell(`${meter} is ${known}, not ${got.holds[meter]}`);
    }
    if (it.form === null && isForm(got.found)) tell("a form that it has not");
    if (it.form) {
      if (!isForm(got.found)) tell("its form was not found");
      else {
        const { weight, temperature, clamp } = got.found;
        const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b));
        const form = it.form;
        if (!near(weight, form.weight) || !near(temperature, form.temperature))
          tell(`weight ${weight}, ${temperature}`);
        if (!clamp.every((q, h) => near(q, form.clamp[h]))) tell(`clamp ${clamp.join()}`);
      }
    }
    if (i % 10 === 0) {
      // Its own derivatives against those of the formula's meaning, written a second time in JavaScript.
      const energies = Array.from({ length: it.hypotheses }, () => 3 * roll.roll());
      const credit = differences(it.J, energies).map((c) => (it.maximized ? c : -c));
      const there = got.at(energies);
      if (there.finite && !there.credit.every((c, h) => Math.abs(c - credit[h]) <= 1e-5 * Math.max(1, there.largest)))
        tell(`credit ${there.credit.join()} is not ${credit.join()}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(decided).toBeGreaterThan(0.97 * METERS.length * COMPOSITIONS);
});

test("scaled, shifted and permuted, an objective gets the verdicts that it must", () => {
  for (const text of ["(1 - softmin(d)[0])^2 * log(softmin(d)[0])", "-sum(softmin(d)*d)", "log(1 + sum(exp(-d)))"]) {
    const plain = line(audited(text));
    expect(line(audited(`(${text}) + 1000`))).toBe(plain);
    expect(line(audited(text.replaceAll("[0]", "[2]")))).toBe(plain);
    expect(line(audited(`2*(${text})/2`))).toBe(plain);
    expect(line(audited(`-(${text})`, 4, false))).toBe(plain);
  }
});

// ------------------------------------------------------------------------------------ malformed

test(`${MALFORMED} malformed formulas: nothing is thrown, each is told in a line or read`, () => {
  const roll = dice(31);
  let faults = 0;
  for (let i = 0; i < MALFORMED; i++) {
    const text = malformed(roll);
    const it = audit(text, 2 + roll.below(3), roll.roll() < 0.5);
    if (!isFault(it)) continue;
    faults++;
    expect(it.what, text).toMatch(/^[^\n]{10,200}$/);
    expect(it.at, text).toBeGreaterThanOrEqual(0);
    expect(it.at + it.length, text).toBeLessThanOrEqual(text.length + 8);
  }
  expect(faults).toBeGreaterThan(MALFORMED / 2);
});

// ------------------------------------------------------------------------------------ the same in Python

test.each(AUDITS)("$name: the golden verdicts and form", ({ formula, hypotheses, maximized, holds, form }) => {
  const it = audited(formula, hypotheses, maximized);
  for (const meter of METERS)
    expect(it.holds[meter] === "none" ? null : it.holds[meter], `${formula} ${meter}`).toBe(holds[meter]);
  const found = it.found.kind === "shared" || it.found.kind === "silent" ? (it.found as Form) : null;
  expect(found === null).toBe(form === null);
  if (!found || !form) return;
  expect(found.weight).toBeCloseTo(form.weight, 8);
  expect(found.temperature).toBeCloseTo(form.temperature, 8);
  form.clamp.forEach((q, h) => expect(found.clamp[h]).toBeCloseTo(q, 8));
  expect(found.kind === "silent").toBe(form.silent !== null);
  const weights = (found.prior ?? form.clamp.map(() => 0)).map(Math.exp);
  form.prior.forEach((a, h) => expect(weights[h] / weights[0]).toBeCloseTo(a / form.prior[0], 6));
  // Beside hypotheses of one each the silent one has the energy of what they are more than it.
  if (form.silent !== null) expect(form.temperature * Math.log(weights[0])).toBeCloseTo(form.silent, 6);
});
