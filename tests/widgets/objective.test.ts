/** The walker on L: what is drawn of it is so, at every state, and one step of any slider is heard. */
import { expect, test } from "vitest";
import { poster } from "../../iemlib/widgets/core/poster";
import type { ChoiceRule, State } from "../../iemlib/widgets/core/schema";
import { type Mechanism, pass } from "../../iemlib/widgets/math/mechanism";
import { definition as objective } from "../../iemlib/widgets/objective/view";
import { energies, mechanism, type Walk } from "./claims/objective";
import { spoken, state, TOLERANCE } from "./clauses";
import { dice, randomState } from "./random";
import type { Given } from "./widgets";

const KINDS = (objective.schema.objective as ChoiceRule).options as readonly Walk["objective"][];
const walk = (given: Given): Walk => state(objective, given) as unknown as Walk;

const d = dice(41);
/** Every objective, at the start, at ties and ends, where α-entmax is softmin, and at states that nobody chose. */
const STATES: readonly State[] = KINDS.flatMap((kind) =>
  [
    {},
    { energy_a: 1, energy_b: 1 },
    { energy_a: 2, energy_b: 0 },
    { energy_a: 0, energy_b: 0, temperature: 3 },
    { energy_a: 2, energy_b: 2, temperature: 0.2 },
    { alpha: 0 },
    { alpha: 1 },
    { alpha: 2 },
    { alpha: 3, energy_a: 2 },
    { temperature: 0.2 },
    ...Array.from({ length: 60 }, () => ({ ...randomState(objective, d), hide: [] })),
  ].map((given) => state(objective, { ...given, objective: kind })),
);

test("one step of any slider is heard, at either end too", () => {
  for (const from of STATES)
    for (const [name, low, high] of [
      ["energy_a", 0, 2],
      ["energy_b", 0, 2],
      ["temperature", 0.2, 3],
      ["alpha", 0, 3],
    ] as const) {
      if (name === "alpha" && from.objective !== "fenchel_young") continue;
      const now = from[name] as number;
      const to = Number((now + (now + 0.05 <= high ? 0.05 : -0.05)).toFixed(2));
      expect(to).toBeGreaterThanOrEqual(low);
      expect(spoken(objective, { ...from, [name]: to }, { control: name, from })).not.toBe(spoken(objective, from));
    }
});

// ------------------------------------------------------------------------------------ the drawing

const LOW = -1.2;
const WIDE = 3.4;
type Drawn = readonly [slice: string, map: string];
const pictures = new Map<State, Drawn>();
/** The markup of the two grounds, drawn once for all tests. */
const drawn = (s: State): Drawn => {
  const known = pictures.get(s);
  if (known) return known;
  const parts = poster([objective], objective.tag, "here", JSON.stringify(s)).split('class="i-view"');
  const made: Drawn = [parts[1], parts[2]];
  pictures.set(s, made);
  return made;
};
const numbers = (text: string): readonly number[] => (text.match(/-?\d*\.?\d+(?:e-?\d+)?/g) ?? []).map(Number);
const found = (markup: string, what: RegExp): readonly string[] => {
  const match = what.exec(markup);
  if (!match) throw new Error(`There is no ${what} in the drawing.`);
  return match.slice(1);
};
/** An attribute of the first element of this class. */
const ATTRIBUTE = (name: string, look: string): RegExp =>
  new RegExp(`class="${look}"[^>]*? ${name}="([^"]*)"|${name}="([^"]*)"[^>]*? class="${look}"`);
const attribute = (markup: string, name: string, look: string): string =>
  found(markup, ATTRIBUTE(name, look)).find((v) => v !== undefined) ?? "";

/** The slope of L in A's energy by differences, none where L has a kink. */
const slope = (m: Mechanism, [a, b]: readonly [number, number]): number => {
  const L = (x: number): number => pass(m, [x, b]).value;
  const step = 1e-4;
  return (L(a + step) - L(a - step)) / (2 * step);
};

test("the tangent has the slope of L, and its knob stands at A's credit over a run of 1", () => {
  for (const now of STATES) {
    const s = walk(now);
    const [slice] = drawn(now);
    const [, skew] = numbers(found(slice, /matrix\(([^)]*)\)/)[0]);
    const kink = s.objective === "maximum" && Math.abs(s.energy_a - s.energy_b) < 2e-4;
    if (!kink) expect(-slope(mechanism(s), energies(s))).toBeCloseTo(skew, 3);
    // The curve that is drawn passes under the walker, and the knob stands c above him, 1 to the left.
    const [x, y] = numbers(found(slice, /<g transform="translate\(([^)]*)\)/)[0]);
    const top = numbers(attribute(slice, "viewBox", "i-nats"))[1];
    const [left, bottom] = numbers(found(slice, /class="i-spot i-knob[^"]*" style="([^"]*)"/)[0]).map(
      (v) => (v / 100) * WIDE,
    );
    expect(left + LOW).toBeCloseTo(x - 1, 4);
    expect(bottom - top - WIDE).toBeCloseTo(-y + skew, 3);
    const curve = numbers(found(slice, /class="i-curve".*? d="([^"]*)"/)[0]);
    const points = Array.from(
      { length: curve.length / 2 },
      (_, i) => [(curve[2 * i] / 100) * WIDE + LOW, -top - (curve[2 * i + 1] / 100) * WIDE] as const,
    );
    for (const [at, height] of points.filter((_, i) => i % 9 === 0))
      expect(height).toBeCloseTo(pass(mechanism(s), [at, s.energy_b]).value, 2);
    expect(-y).toBeCloseTo(pass(mechanism(s), energies(s)).value, 3);
  }
});

test("the walker and his square are on the slice, whatever the state", () => {
  for (const now of STATES) {
    const [slice] = drawn(now);
    const [x, y] = numbers(found(slice, /<g transform="translate\(([^)]*)\)/)[0]);
    const top = numbers(attribute(slice, "viewBox", "i-nats"))[1];
    expect(x - 1).toBeGreaterThanOrEqual(LOW + 0.19);
    expect(y - 1).toBeGreaterThanOrEqual(top - 1e-3);
    expect(y).toBeLessThanOrEqual(top + WIDE - 0.19);
  }
});

test("along every line of the map L is equal", () => {
  for (const now of STATES.filter((_, i) => i % 3 === 0)) {
    const m = mechanism(walk(now));
    const lines = attribute(drawn(now)[1], "d", "i-equal").slice(1).split("M");
    expect(lines).toHaveLength(12);
    for (const line of lines) {
      const points = numbers(line);
      const values = Array.from(
        { length: points.length / 2 },
        (_, i) => pass(m, [points[2 * i], -points[2 * i + 1]]).value,
      );
      const least = Math.min(...values);
      // To the rounding of its points: L changes by at most its larger credit for a nat of either energy.
      const most = Math.max(1.2, ...values.map(Math.abs).map((v) => v / m.temperature));
      expect(Math.max(...values) - least).toBeLessThan(2e-3 * most);
    }
  }
});

test("the arrow is the credit and the ring the scores: it ends in the ring exactly when they match", () => {
  for (const now of STATES) {
    const s = walk(now);
    const p = pass(mechanism(s), energies(s));
    const [, map] = drawn(now);
    const angle = (numbers(attribute(map, "transform", "i-arrow"))[0] * Math.PI) / 180;
    const length = numbers(attribute(map, "d", "i-arrow"))[2];
    const tip = [-Math.cos(angle) * length, Math.sin(angle) * length];
    const ring = numbers(attribute(map, "transform", "i-ring"));
    expect(tip[0]).toBeCloseTo(p.credit[0], 3);
    expect(tip[1]).toBeCloseTo(p.credit[1], 3);
    expect(-ring[0]).toBeCloseTo(p.scores[0], 3);
    expect(ring[1]).toBeCloseTo(p.scores[1], 3);
    expect(ring[1] - ring[0]).toBeCloseTo(1, 3); // the ring never leaves the diagonal: scores stay scores
  }
});

test("at a low temperature log-sum-exp is nearly the maximum, at a high one, less τ log 2, nearly the mean", () => {
  const at = (temperature: number, kind: Walk["objective"]): Mechanism =>
    mechanism(walk({ objective: kind, temperature }));
  for (const [a, b] of [
    [0.4, 1.9],
    [2, 0],
    [1, 1],
    [0.3, 0.35],
  ] as const) {
    const [cold, warm] = [0.2, 3].map((t) => pass(at(t, "log_sum_exp"), [a, b]).value);
    const [most, middle] = [-Math.min(a, b), -(a + b) / 2];
    expect(cold - most).toBeGreaterThan(0);
    expect(cold - most).toBeLessThanOrEqual(0.2 * Math.log(2) + 1e-12);
    // log cosh x ≤ x²/2
    expect(warm - 3 * Math.log(2) - middle).toBeGreaterThanOrEqual(-1e-12);
    expect(warm - 3 * Math.log(2) - middle).toBeLessThanOrEqual((a - b) ** 2 / 24 + 1e-12);
  }
});

test("α-entmax is log-sum-exp at α = 1 and at no other step of its slider", () => {
  for (let step = 0; step <= 60; step++) {
    const s = walk({ objective: "fenchel_young", alpha: step / 20 });
    const p = pass(mechanism(s), energies(s));
    expect(Math.abs(p.credit[0] - p.scores[0]) <= TOLERANCE, `α = ${s.alpha}`).toBe(step === 20);
    expect(p.credit[0] + p.credit[1]).toBeCloseTo(1, 12);
    if (step === 20) expect(p.coupling[0][1]).toBeCloseTo(p.credit[0] * p.credit[1], 12);
  }
});
