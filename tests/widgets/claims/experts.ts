/** What the experts' widget may say: gate, posterior and credit by their formulas, datum by datum. */
import type { State } from "../../../iemlib/widgets/experts/state";
import { lesson, SCATTERED } from "../../../iemlib/widgets/math/experts";
import type { Passage } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { exact, selected, top_k } from "../../../iemlib/widgets/math/normalization";
import { type Claims, clause, letter, letters, ofState, reads } from "../clauses";

const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const shared = (weights: readonly number[]): readonly number[] => weights.map((w) => w / add(weights));

/** All that follows from one datum. */
interface Datum {
  readonly energies: readonly number[];
  readonly outputs: readonly number[];
  readonly gate: readonly number[];
  readonly posterior: readonly number[];
  readonly left: readonly number[];
  readonly scores: readonly number[];
  readonly credit: readonly number[];
  readonly prediction: number;
  /** What each gate's logit and each line learns. */
  readonly gateLearns: readonly number[];
  readonly lineLearns: readonly number[];
}
const of = (s: State, x: number, y: number): Datum => {
  const all = Array.from({ length: Math.min(s.places.length, s.heights.length, s.slopes.length) }, (_, h) => h);
  const energies = all.map((h) => s.sharpness * ((x - s.places[h]) ** 2 / 2));
  const outputs = all.map((h) => s.heights[h] + s.slopes[h] * (x - s.places[h]));
  const gate = shared(energies.map((e) => Math.exp(Math.min(...energies) - e)));
  const fit = outputs.map((f) => (y - f) ** 2 / (2 * s.width ** 2));
  const together = energies.map((e, h) => e + fit[h]);
  const posterior = shared(together.map((d) => Math.exp(Math.min(...together) - d)));
  const shown = { energies, outputs, gate, posterior };
  if (s.maximize === "likelihood")
    return {
      ...shown,
      left: [],
      scores: posterior,
      credit: posterior,
      prediction: Number.NaN,
      gateLearns: posterior.map((r, h) => r - gate[h]),
      lineLearns: posterior.map((r, h) => r * (y - outputs[h])),
    };
  const ranked = [...all].sort((a, b) => energies[a] - energies[b] || a - b);
  const left = s.maximize === "average" ? [] : ranked.slice(Math.floor(s.k));
  const kept = all.map((h) => (left.includes(h) ? 0 : gate[h]));
  const scores = s.maximize === "top_k" ? shared(kept) : kept;
  const prediction = add(scores.map((w, h) => w * outputs[h]));
  const credit = all.map((h) => {
    // By pairs, for the digits of small shares; who is left out says nothing, and moves ŷ where it is still in the sum.
    const said = (k: number): number => (left.includes(k) ? 0 : outputs[k]);
    const pull =
      s.maximize === "selected"
        ? gate[h] * add(all.map((k) => gate[k] * (said(h) - said(k))))
        : scores[h] * add(all.map((k) => scores[k] * (outputs[h] - outputs[k])));
    return ((y - prediction) * pull) / s.width ** 2 + 0;
  });
  return {
    ...shown,
    left,
    scores,
    credit,
    prediction,
    gateLearns: credit,
    lineLearns: scores.map((w) => w * (y - prediction)),
  };
};

const NAMES: Readonly<Record<State["maximize"], string>> = {
  likelihood: "the likelihood of the mixture",
  average: "the fit of the average",
  top_k: "the fit of the top K, renormalized",
  selected: "the fit of the top K, as they are",
};
/** The same letters, however they are listed. */
const named = (said: string, hypotheses: readonly number[]): boolean =>
  hypotheses.length > 0 && letters(said).join() === [...hypotheses].sort().map(letter).join();

export const claims: Claims<State> = {
  states: [
    ...["average", "top_k", "selected"].flatMap((maximize) => [1, 2, 3].map((k) => ({ maximize, k, x: 3.9, y: 5.4 }))),
    ...["likelihood", "average", "top_k", "selected"].flatMap((maximize) => [
      { maximize, places: [4] },
      { maximize, heights: [2, 2], slopes: [0, 0] },
      { maximize, sharpness: 0, k: 2 },
    ]),
  ],
  of: (s, act) => {
    const now = of(s, s.x, s.y);
    const { energies, outputs, gate, posterior, left, scores, credit, prediction } = now;
    const route = {
      likelihood: null,
      average: exact(),
      top_k: top_k({ k: Math.floor(s.k) }),
      selected: selected({ k: Math.floor(s.k) }),
    };
    const { mechanism, passage, energies: entered } = lesson(energies, outputs, s.y, s.width, route[s.maximize]);
    const failing = broken(measure(mechanism, entered));
    const p: Passage = { ...passage, scores, credit };
    const data = SCATTERED.map(([x, y]) => of(s, x, y));
    const never = (learns: "gateLearns" | "lineLearns"): readonly number[] =>
      s.maximize === "likelihood"
        ? []
        : outputs.flatMap((_, h) => (data.every((datum) => datum[learns][h] === 0) ? [h] : []));
    const moved = (name: string): number => (act?.control === name ? 1 : 0);
    const on = (what: string): number => Number(new RegExp(`^${what}-(\\d)$`).exec(act?.control ?? "")?.[1] ?? -1);
    const changes = posterior.map((r, h) => Math.abs(r - gate[h]));
    return {
      broken: failing,
      clauses: [
        ...ofState(p, failing),
        clause("The datum is at N, N", (x, y) => moved("x") + moved("y") > 0 && reads(x, s.x) && reads(y, s.y)),
        clause("The gate’s sharpness is N", (v) => moved("sharpness") > 0 && reads(v, s.sharpness)),
        clause("The width σ is N", (v) => moved("width") > 0 && reads(v, s.width)),
        clause(
          "Where the gate trusts L most, its line is at N",
          (name, v) => name === letter(on("height")) && reads(v, s.heights[on("height")]),
        ),
        clause(
          "The gate trusts L most at N",
          (name, v) => name === letter(on("place")) && reads(v, s.places[on("place")]),
        ),
        clause("Maximized: ([^.]+)\\.", (name) => name === NAMES[s.maximize].replace("K", String(Math.floor(s.k)))),
        clause("The gate gives L N; with y seen, the posterior gives it N", (name, before, after) => {
          const h = "ABCDEFGH".indexOf(name);
          return (
            before !== after &&
            reads(before, gate[h]) &&
            reads(after, posterior[h]) &&
            changes[h] >= Math.max(...changes) - 1e-9
          );
        }),
        clause("With y seen, every share stays within 0.01 of the gate", () => Math.max(...changes) <= 0.01 + 1e-9),
        clause("ŷ is right to two decimals", () => Math.abs(s.y - prediction) <= 0.005 + 1e-9),
        clause(
          "ŷ is N too (low|high)",
          (gap, side) => reads(gap, Math.abs(s.y - prediction)) && (side === "low") === prediction < s.y,
        ),
        clause("Left out: LIST", (list) => named(list, left) && left.every((h) => now.lineLearns[h] === 0)),
        clause("No datum moves the gate of LIST", (list) => named(list, never("gateLearns"))),
        clause("No datum moves the line of LIST", (list) => named(list, never("lineLearns"))),
      ],
    };
  },
};
