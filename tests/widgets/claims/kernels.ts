/** What the kernels' widget may say: steps found by another search, energies and slopes by their definitions. */
import type { State } from "../../../iemlib/widgets/kernels/state";
import { KERNELS, walk } from "../../../iemlib/widgets/math/line";
import { implicit_em, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { type Claims, clause, letter, ofState, reads } from "../clauses";
import type { Given } from "../widgets";

type Kernel = State["kernel"];
export const ENERGY: Readonly<Record<Kernel, (gap: number) => number>> = {
  squared_distance: (u) => u ** 2 / 2,
  absolute: (u) => Math.abs(u),
  cauchy: (u) => Math.log(1 + u ** 2),
};
const GROWTH: Readonly<Record<Kernel, (gap: number) => number>> = {
  squared_distance: (u) => u,
  absolute: (u) => Math.sign(u),
  cauchy: (u) => (2 * u) / (1 + u ** 2),
};
const NAMES: Readonly<Record<Kernel, string>> = {
  squared_distance: "squared distance",
  absolute: "absolute",
  cauchy: "Cauchy",
};
const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
export const dataOf = (s: State): readonly number[] => s.points.map((p) => p * s.spread);
/** What each datum counts for prototype k. */
export const weigh = (s: State, places: readonly number[], k: number): readonly number[] => {
  const d = ENERGY[s.kernel];
  return dataOf(s).map((x) => 1 / add(places.map((m) => Math.exp(d(x - places[k]) - d(x - m)))));
};
/** What the M-step maximizes, for each unit of responsibility. */
const objective = (s: State, w: readonly number[]): ((m: number) => number) => {
  const data = dataOf(s);
  const all = add(w);
  return (m) => -add(data.map((x, n) => w[n] * ENERGY[s.kernel](x - m))) / all;
};

const GRID = 0.01;
/** Where the M-step may land, by looking everywhere between the data and then closer; as near to `from` as any. */
export const searched = (s: State, places: readonly number[], k: number): number => {
  const data = dataOf(s);
  const w = weigh(s, places, k);
  const from = places[k];
  if (s.kernel === "squared_distance") return add(data.map((x, n) => x * w[n])) / add(w);
  const q = objective(s, w);
  const closer = (start: number): number => {
    let at = start;
    for (let size = GRID; size > 1e-13; size /= 2)
      for (const other of [at - size, at + size]) if (q(other) > q(at)) at = other;
    return at;
  };
  const low = Math.min(...data) - GRID;
  const heights = Array.from({ length: Math.ceil((Math.max(...data) - low) / GRID) + 2 }, (_, i) => q(low + GRID * i));
  const summits = heights.flatMap((height, i) =>
    height > (heights[i - 1] ?? Number.POSITIVE_INFINITY) && height >= (heights[i + 1] ?? Number.POSITIVE_INFINITY)
      ? [closer(low + GRID * i)]
      : [],
  );
  const tops = [...data, from, ...summits];
  const highest = Math.max(...tops.map(q));
  return tops
    .filter((m) => q(m) > highest - 1e-9)
    .reduce((a, b) => (Math.abs(b - from) < Math.abs(a - from) - 1e-6 ? b : a));
};
/** How steeply L rises with the place of prototype k, for each unit of its responsibility. */
export const slopeAt = (s: State, places: readonly number[], k: number): number => {
  const w = weigh(s, places, k);
  return add(dataOf(s).map((x, n) => w[n] * GROWTH[s.kernel](x - places[k]))) / add(w);
};
export const stepped = (s: State, places: readonly number[], k: number): number =>
  places[k] + s.rate * slopeAt(s, places, k);
export const states: readonly Given[] = Object.keys(ENERGY).flatMap((kernel) => [
  { kernel, places: [0], points: [-1, 1] },
  { kernel, places: [1], points: [-1, 1], spread: 0.7 },
  { kernel, places: [3, 3], points: [0.4] },
]);

export const claims: Claims<State> = {
  states,
  of: (s, act) => {
    const d = s.places.map((m) => ENERGY[s.kernel](s.datum - m));
    const k = Number(/^place-(\d)$/.exec(act?.control ?? "")?.[1] ?? 0);
    const taken = Math.floor(s.step);
    const slope = slopeAt(s, s.places, k);
    const em = (): number => searched(s, s.places, k);
    const moves = (): number => Math.abs(em() - s.places[k]);
    const last = (rate: number | undefined): number =>
      walk(KERNELS[s.kernel], dataOf(s), s.places, taken, rate)[taken][k];
    const failing = broken(measure(implicit_em, d));
    return {
      broken: failing,
      clauses: [
        ...ofState(pass(implicit_em, d), failing),
        clause("The kernel is (squared distance|absolute|Cauchy)\\.", (name) => name === NAMES[s.kernel]),
        ...(["datum", "spread", "rate", "step"] as const).map((name) =>
          clause(`The ${name} is N\\.`, (value) => act?.control === name && reads(value, s[name])),
        ),
        clause(
          "The place of L is N\\.",
          (name, at) => act?.control === `place-${k}` && name === letter(k) && reads(at, s.places[k]),
        ),
        // That the slope is zero is said whenever it is so, and the prototype moves.
        clause(
          "The M-step puts L at N(?=, the gradient)",
          (name, at) => name === letter(k) && reads(at, em()) && !(Math.abs(slope) < 1e-10 && moves() > 0.005),
        ),
        clause(
          "The M-step puts L at N, though the slope at N is zero",
          (name, to, from) =>
            name === letter(k) &&
            reads(to, em()) &&
            reads(from, s.places[k]) &&
            Math.abs(slope) < 1e-8 &&
            moves() > 1e-3,
        ),
        clause("the gradient step at N;", (at) => reads(at, stepped(s, s.places, k))),
        // A walk is its steps, one after another: kernels.test.ts holds it to those above.
        clause(
          "after step (\\d+) at N and N",
          (count, em, gradient) =>
            Number(count) === taken && reads(em, last(undefined)) && reads(gradient, last(s.rate)),
        ),
      ],
    };
  },
};
