/** The kernels' widget: its steps against searches of another kind, its meters, and its sentence clause by clause. */
import { expect, test } from "vitest";
import { definition } from "../../iemlib/widgets/kernels/view";
import { implicit_em, pass } from "../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../iemlib/widgets/math/meters";
import { pulls, walk, KERNELS } from "../../iemlib/widgets/math/line";
import type { State } from "../../iemlib/widgets/core/schema";
import type { Act } from "../../iemlib/widgets/core/widget";
import { clause, letter, ofState, reads, state, wrong } from "./clauses";
import type { Given } from "./widgets";
import { dice, randomState } from "./random";

type Name = keyof typeof KERNELS;
interface Line {
  readonly kernel: Name;
  readonly places: readonly number[];
  readonly points: readonly number[];
  readonly spread: number;
  readonly datum: number;
  readonly rate: number;
  readonly step: number;
}
// By their definitions, not as the widget has them.
const ENERGY: Readonly<Record<Name, (u: number) => number>> = {
  squared: (u) => u ** 2 / 2,
  absolute: (u) => Math.abs(u),
  cauchy: (u) => Math.log(1 + u ** 2),
};
const GROWTH: Readonly<Record<Name, (u: number) => number>> = {
  squared: (u) => u,
  absolute: (u) => Math.sign(u),
  cauchy: (u) => (2 * u) / (1 + u ** 2),
};
const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const dataOf = (s: Line): readonly number[] => s.points.map((p) => p * s.spread);
/** What each datum counts for prototype k. */
const weigh = (s: Line, places: readonly number[], k: number): readonly number[] =>
  dataOf(s).map((x) => 1 / add(places.map((m) => Math.exp(ENERGY[s.kernel](x - places[k]) - ENERGY[s.kernel](x - m)))));

/** Where the M-step may land, by looking at 6001 places and then closer; as near to `from` as any. */
const searched = (s: Line, places: readonly number[], k: number): number => {
  const data = dataOf(s);
  const w = weigh(s, places, k);
  const q = (m: number): number => -add(data.map((x, n) => w[n] * ENERGY[s.kernel](x - m))) / add(w);
  if (s.kernel === "squared") return add(data.map((x, n) => x * w[n])) / add(w);
  const closer = (m: number): number => {
    let at = m;
    for (let size = 1e-3; size > 1e-13; size /= 2)
      for (const other of [at - size, at + size]) if (q(other) > q(at)) at = other;
    return at;
  };
  const grid = Array.from({ length: 6001 }, (_, i) => -6 + i * 0.002);
  const tops = [...data, places[k], ...grid.filter((m) => q(m) > q(m - 0.002) && q(m) >= q(m + 0.002)).map(closer)];
  const highest = Math.max(...tops.map(q));
  return tops
    .filter((m) => q(m) > highest - 1e-9)
    .reduce((a, b) => (Math.abs(b - places[k]) < Math.abs(a - places[k]) - 1e-6 ? b : a));
};
const stepped = (s: Line, k: number): number => {
  const w = weigh(s, s.places, k);
  return s.places[k] + (s.rate * add(dataOf(s).map((x, n) => w[n] * GROWTH[s.kernel](x - s.places[k])))) / add(w);
};

const SOME: readonly Given[] = [
  {},
  ...(Object.keys(KERNELS) as Name[]).flatMap((kernel) => [
    { kernel, places: [0], points: [-1, 1] },
    { kernel, places: [1], points: [-1, 1], spread: 0.7 },
    { kernel, places: [3, 3], points: [0.4] },
  ]),
];
const random = (seed: number, count: number): readonly Given[] => {
  const d = dice(seed);
  return [...SOME, ...Array.from({ length: count }, () => ({ ...randomState(definition, d), hide: [] }))];
};

test("an M-step lands where a search lands, and a gradient step goes by the slope", () => {
  for (const given of random(41, 120)) {
    const s = state(definition, given) as unknown as Line;
    const all = pulls(KERNELS[s.kernel], dataOf(s), s.places);
    const [em, gradient] = [undefined, s.rate].map((rate) => walk(KERNELS[s.kernel], dataOf(s), s.places, 1, rate)[1]);
    s.places.forEach((_, k) => {
      const found = searched(s, s.places, k);
      // The tops are flat: their height is what a search can tell.
      const q = (m: number): number => add(dataOf(s).map((x, n) => all[k].weights[n] * ENERGY[s.kernel](x - m)));
      expect(q(em[k]), JSON.stringify(s)).toBeCloseTo(q(found), 8);
      expect(em[k], JSON.stringify(s)).toBeCloseTo(found, 4);
      expect(gradient[k]).toBeCloseTo(stepped(s, k), 10);
    });
  }
});

test("a walk is its steps, one after another", () => {
  for (const given of random(42, 30)) {
    const s = state(definition, given) as unknown as Line;
    for (const rate of [undefined, s.rate]) {
      const path = walk(KERNELS[s.kernel], dataOf(s), s.places, 4, rate);
      expect(path).toHaveLength(5);
      expect(path[0]).toEqual(s.places);
      expect(path[4]).toEqual(walk(KERNELS[s.kernel], dataOf(s), path[3], 1, rate)[1]);
    }
  }
});

test("between two data at ±s Cauchy's tops are at ±√(s² − 1), and the middle is flat", () => {
  for (const s of [1.5, 2, 5, 6]) {
    const [{ weights, slope }] = pulls(KERNELS.cauchy, [-s, s], [0]);
    const best = KERNELS.cauchy.least([-s, s], weights);
    expect(slope).toBe(0);
    expect(best.map(([at]) => at)).toEqual([
      expect.closeTo(-Math.sqrt(s * s - 1), 9),
      expect.closeTo(Math.sqrt(s * s - 1), 9),
    ]);
    expect(walk(KERNELS.cauchy, [-s, s], [0], 20).at(-1)).toEqual([best[0][0]]);
    expect(walk(KERNELS.cauchy, [-s, s], [0], 20, 1).at(-1)).toEqual([0]);
  }
  expect(KERNELS.cauchy.least([-0.9, 0.9], [0.5, 0.5])).toEqual([[expect.closeTo(0, 9), expect.closeTo(0, 9)]]);
});

test("whatever the kernel, no meter is ever broken", () => {
  for (const given of random(43, 400)) {
    const s = state(definition, given) as unknown as Line;
    expect(
      broken(
        measure(
          implicit_em,
          s.places.map((m) => ENERGY[s.kernel](s.datum - m)),
        ),
      ),
      JSON.stringify(s),
    ).toEqual([]);
  }
});

const said = (given: Given, act: Act<State> | null): string[] => {
  const now = state(definition, given);
  const s = now as unknown as Line;
  const d = s.places.map((m) => ENERGY[s.kernel](s.datum - m));
  const failing = broken(measure(implicit_em, d));
  const k = Number(/^place-(\d)$/.exec(act?.control ?? "")?.[1] ?? 0);
  const taken = Math.floor(s.step);
  const em = searched(s, s.places, k);
  const last = [undefined, s.rate].map((rate) => walk(KERNELS[s.kernel], dataOf(s), s.places, taken, rate)[taken][k]);
  const w = weigh(s, s.places, k);
  const slope = add(dataOf(s).map((x, n) => w[n] * GROWTH[s.kernel](x - s.places[k]))) / add(w);
  const found = wrong(
    definition,
    now,
    act,
    [
      ...ofState(pass(implicit_em, d), failing),
      clause("The kernel is (squared|absolute|Cauchy)\\.", (name) => name.toLowerCase() === s.kernel),
      ...(["datum", "spread", "rate", "step"] as const).map((name) =>
        clause(`The ${name} is N\\.`, (value) => act?.control === name && reads(value, s[name])),
      ),
      clause(
        "The place of L is N\\.",
        (name, at) => act?.control === `place-${k}` && name === letter(k) && reads(at, s.places[k]),
      ),
      clause("The M-step puts L at N", (name, at) => name === letter(k) && reads(at, em)),
      clause(
        "though the slope at N is zero",
        (at) => reads(at, s.places[k]) && Math.abs(slope) < 1e-8 && Math.abs(em - s.places[k]) > 1e-10,
      ),
      clause(
        "the gradient step at N; after step (\\d+) at N and N",
        (at, n, a, b) => reads(at, stepped(s, k)) && Number(n) === taken && reads(a, last[0]) && reads(b, last[1]),
      ),
    ],
    failing,
  );
  // What the bold clause says is said whenever it is so.
  const text = found.length ? "" : definition.sentence(now, definition.read(now), act);
  if (
    Math.abs(slope) < 1e-10 &&
    Math.abs(em - s.places[k]) > 1e-3 &&
    !JSON.stringify(text).includes("though the slope")
  )
    found.push(`silent about the slope at ${JSON.stringify(s)}`);
  return found;
};

test("its sentence is true of random states", () => {
  expect(random(44, 150).flatMap((given) => said(given, null))).toEqual([]);
});

test("its sentence is true after each control was moved, and names it", () => {
  const d = dice(45);
  const found = random(46, 40).flatMap((given) => {
    const from = state(definition, given);
    const other = state(definition, randomState(definition, d));
    const places = from["places"] as number[];
    const k = d.below(places.length);
    return [
      ...["kernel", "datum", "spread", "rate", "step"].flatMap((control) =>
        said({ ...from, [control]: other[control] }, { control, from }),
      ),
      ...said(
        { ...from, places: places.map((m, i) => (i === k ? Math.max(-6, m - 0.1) : m)) },
        { control: `place-${k}`, from },
      ),
    ];
  });
  expect(found).toEqual([]);
});
