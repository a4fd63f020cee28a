import { sum, type Vector } from "../math/array";
import type { Passage } from "../math/mechanism";
import { LETTERS, percent, two } from "./format";
import { h, type Child } from "./h";
import { hue, mark } from "./marks";

/** Height of a row, in units; a screen has room for four. */
const ROW = 62;
export const rowsBeyond = (count: number): number => ROW * Math.max(0, count - 4);

/** The axis of scores and credit: fixed, so that leaving the simplex is seen. */
const AXIS = { low: -0.25, high: 1.1 } as const;
/** Two numbers that read the same at two decimals and are equal for the meters. */
const SAME = 1e-6;

const at = (v: number): number => (Math.max(AXIS.low, Math.min(AXIS.high, v)) - AXIS.low) / (AXIS.high - AXIS.low);
const span = (a: number, b: number): { left: string; width: string } => ({
  left: percent(Math.min(at(a), at(b))),
  width: percent(Math.abs(at(a) - at(b))),
});
export const same = (a: number, b: number): boolean => Math.abs(a - b) <= SAME;

const arrow = (v: number, row: string): Child =>
  v > AXIS.high
    ? h(`i.i-off.i-right.${row}`, { "aria-hidden": "true" })
    : v < AXIS.low
      ? h(`i.i-off.i-left.${row}`, { "aria-hidden": "true" })
      : null;

/**
 * Score (solid, above) and credit (striped, below) on one axis. Equal: one straight line across both ends.
 * Not equal: the line becomes a step, and what the shorter lacks is a dashed box.
 */
export const vernier = (hypothesis: number, score: number, credit: number, before?: number): Child => {
  const defined = Number.isFinite(score) && Number.isFinite(credit);
  if (!defined) return h("div.i-vernier", null, simplex(), h("span.i-none", null, "no value"));
  const equal = same(score, credit);
  const scoreShort = score < credit;
  const short = scoreShort ? score : credit;
  const long = scoreShort ? credit : score;
  return h(
    "div",
    { class: `i-vernier ${hue(hypothesis)}${equal ? "" : " i-step"}` },
    simplex(),
    h("i.i-bar.i-score", { style: span(0, score) }),
    h("i.i-bar.i-credit", { style: span(0, credit) }),
    h("i", {
      class: `i-lack ${scoreShort ? "i-up" : "i-down"}`,
      style: equal ? { left: percent(at(long)), width: "0%" } : span(Math.max(short, Math.min(0, long)), long),
    }),
    h("i.i-end.i-up", { style: { left: percent(at(score)) } }),
    h("i.i-end.i-down", { style: { left: percent(at(credit)) } }),
    h("i.i-riser", { style: span(score, credit) }),
    before === undefined ? null : h("i.i-before", { style: { left: percent(at(before)) } }),
    arrow(score, "i-up"),
    arrow(credit, "i-down"),
  );
};

/** The grey band from 0 to 1. */
export const simplex = (): Child => h("i.i-simplex", { style: span(0, 1) });

/** "0.60 = 0.60", or "0.60 ≠ 0.89" with the sign reversed. */
export const pair = (score: number, credit: number): Child => {
  const equal = same(score, credit);
  return h(
    "div.i-pair",
    null,
    h("span", null, Number.isNaN(score) ? "none" : two(score)),
    h("b", { class: equal ? "i-eq" : "i-eq i-ne" }, equal ? "=" : "≠"),
    h("span", null, Number.isNaN(credit) ? "none" : two(credit)),
  );
};

const laid = (values: Vector, kept: readonly number[], kind: "i-score" | "i-credit"): Child[] => {
  let right = 0;
  let left = 0;
  return values.map((v, i) => {
    const from = v >= 0 ? right : left + v;
    if (v >= 0) right += v;
    else left += v;
    return h(
      `i.i-bar.${kind}.${hue(kept[i])}`,
      { style: span(from, from + Math.abs(v)) },
      kind === "i-score" && h("b", null, LETTERS[kept[i]]),
    );
  });
};

/** The parts laid end to end: they must reach the line at 1. */
export const total = (scores: Vector, credit: Vector, kept: readonly number[]): Child => {
  const [s, c] = [sum(scores), sum(credit)];
  if (!Number.isFinite(s) || !Number.isFinite(c)) return h("div.i-vernier.i-total", null, simplex());
  return h(
    "div.i-vernier.i-total",
    null,
    simplex(),
    laid(scores, kept, "i-score"),
    laid(credit, kept, "i-credit"),
    h("i.i-end.i-up", { style: { left: percent(at(s)) } }),
    h("i.i-end.i-down", { style: { left: percent(at(c)) } }),
    arrow(s, "i-up"),
    arrow(c, "i-down"),
  );
};

/** Labels under the axis of scores and credit. */
export const scoreTicks = (): Child =>
  h(
    "div.i-ticks",
    null,
    [0, 1].map((v) => h("span", { style: { left: percent(at(v)) } }, String(v))),
  );

/**
 * A row for each hypothesis, and one for the sum: score against credit, and where the scores were before.
 * With `leads` there is a row for those out of the set too, and what leads it in place of its mark; the first heads them.
 */
export const compare = (p: Passage, before?: Vector, key = "", leads?: readonly Child[]): Child =>
  h(
    "div.i-compare",
    null,
    h(
      "div.i-row.i-heads",
      { "aria-hidden": "true" },
      leads?.[0] ?? h("div.i-name"),
      h("div.i-key", null, key && [h("i.i-before-key"), key]),
      h("div.i-pair", null, h("span", null, "score"), h("b"), h("span", null, "credit")),
    ),
    (leads?.slice(1).map((_, k) => k) ?? p.kept).map((k) => {
      const i = p.kept.indexOf(k);
      return h("div.i-row", { key: k }, leads?.[k + 1] ?? h("div.i-name", { "aria-hidden": "true" }, mark(k)), i < 0 ? null : [vernier(k, p.scores[i], p.credit[i], before?.[i]), pair(p.scores[i], p.credit[i])]);
    }),
    h("div.i-row.i-sumrow", { "aria-hidden": "true" }, h("div.i-name", null, h("b", null, "Σ")), total(p.scores, p.credit, p.kept), pair(sum(p.scores), sum(p.credit))),
    h("div.i-row", { "aria-hidden": "true" }, h("div.i-name"), scoreTicks(), h("div.i-pair")),
  );
