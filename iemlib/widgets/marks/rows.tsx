import type { Child } from "../core/widget";
import { sum, type Vector } from "../math/array";
import type { Passage } from "../math/mechanism";
import { LETTERS, percent, two } from "./format";
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
  v > AXIS.high ? (
    <i class={`i-off i-right ${row}`} aria-hidden="true" />
  ) : v < AXIS.low ? (
    <i class={`i-off i-left ${row}`} aria-hidden="true" />
  ) : null;

/**
 * Score (solid, above) and credit (striped, below) on one axis. Equal: one straight line across both ends.
 * Not equal: the line becomes a step, and what the shorter lacks is a dashed box.
 */
export const vernier = (hypothesis: number, score: number, credit: number, before?: number): Child => {
  const defined = Number.isFinite(score) && Number.isFinite(credit);
  if (!defined)
    return (
      <div class="i-vernier">
        {simplex()}
        <span class="i-none">no value</span>
      </div>
    );
  const equal = same(score, credit);
  const scoreShort = score < credit;
  const short = scoreShort ? score : credit;
  const long = scoreShort ? credit : score;
  return (
    <div class={`i-vernier ${hue(hypothesis)}${equal ? "" : " i-step"}`}>
      {simplex()}
      <i class="i-bar i-score" style={span(0, score)} />
      <i class="i-bar i-credit" style={span(0, credit)} />
      <i
        class={`i-lack ${scoreShort ? "i-up" : "i-down"}`}
        style={equal ? { left: percent(at(long)), width: "0%" } : span(Math.max(short, Math.min(0, long)), long)}
      />
      <i class="i-end i-up" style={{ left: percent(at(score)) }} />
      <i class="i-end i-down" style={{ left: percent(at(credit)) }} />
      <i class="i-riser" style={span(score, credit)} />
      {before === undefined ? null : <i class="i-before" style={{ left: percent(at(before)) }} />}
      {arrow(score, "i-up")}
      {arrow(credit, "i-down")}
    </div>
  );
};

/** The grey band from 0 to 1. */
export const simplex = (): Child => <i class="i-simplex" style={span(0, 1)} />;

/** "0.60 = 0.60", or "0.60 ≠ 0.89" with the sign reversed. */
export const pair = (name: string, score: number, credit: number): Child => {
  const equal = same(score, credit);
  const [s, c] = [score, credit].map((v) => (Number.isNaN(v) ? "none" : two(v)));
  return (
    <div class="i-pair" role="img" aria-label={`${name}: score ${s}, credit ${c}`}>
      <span>{s}</span>
      <b class={equal ? "i-eq" : "i-eq i-ne"}>{equal ? "=" : "≠"}</b>
      <span>{c}</span>
    </div>
  );
};

const laid = (
  values: Vector,
  kept: readonly number[],
  kind: "i-score" | "i-credit",
  names: readonly string[],
): Child[] => {
  let right = 0;
  let left = 0;
  return values.map((v, i) => {
    const from = v >= 0 ? right : left + v;
    if (v >= 0) right += v;
    else left += v;
    return (
      <i class={`i-bar ${kind} ${hue(kept[i])}`} style={span(from, from + Math.abs(v))}>
        {kind === "i-score" && <b>{names[kept[i]]}</b>}
      </i>
    );
  });
};

/** The parts laid end to end: they must reach the line at 1. */
export const total = (
  scores: Vector,
  credit: Vector,
  kept: readonly number[],
  names: readonly string[] = LETTERS,
): Child => {
  const [s, c] = [sum(scores), sum(credit)];
  if (!Number.isFinite(s) || !Number.isFinite(c)) return <div class="i-vernier i-total">{simplex()}</div>;
  return (
    <div class="i-vernier i-total">
      {simplex()}
      {laid(scores, kept, "i-score", names)}
      {laid(credit, kept, "i-credit", names)}
      <i class="i-end i-up" style={{ left: percent(at(s)) }} />
      <i class="i-end i-down" style={{ left: percent(at(c)) }} />
      {arrow(s, "i-up")}
      {arrow(c, "i-down")}
    </div>
  );
};

/** Labels under the axis of scores and credit. */
export const scoreTicks = (): Child => (
  <div class="i-ticks">
    {[0, 1].map((v) => (
      <span style={{ left: percent(at(v)) }}>{v}</span>
    ))}
  </div>
);

/**
 * A row for each hypothesis, and one for the sum: score against credit, and where the scores were before.
 * With `leads` there is a row for those out of the set too, and what leads it in place of its mark; the first heads them.
 * `names` are those of the hypotheses, where they have other names than letters, and `heard` how a listener hears them.
 */
export const compare = (
  p: Passage,
  before?: Vector,
  key?: string,
  leads?: readonly Child[],
  names: readonly string[] = LETTERS,
  heard = names,
): Child => (
  <div class="i-compare">
    <div class="i-row i-heads" aria-hidden="true">
      {leads?.[0] ?? <div class="i-name" />}
      <div class="i-key">{key && [<i class="i-before-key" />, key]}</div>
      <div class="i-pair">
        <span>score</span>
        <b />
        <span>credit</span>
      </div>
    </div>
    {(leads?.slice(1).map((_, k) => k) ?? p.kept).map((k) => {
      const i = p.kept.indexOf(k);
      return (
        <div class="i-row" key={k}>
          {leads?.[k + 1] ?? (
            <div class="i-name" aria-hidden="true">
              {mark(k, names[k])}
            </div>
          )}
          {i < 0 ? null : [vernier(k, p.scores[i], p.credit[i], before?.[i]), pair(heard[k], p.scores[i], p.credit[i])]}
        </div>
      );
    })}
    <div class="i-row i-sumrow" aria-hidden="true">
      <div class="i-name">
        <b>Σ</b>
      </div>
      {total(p.scores, p.credit, p.kept, names)}
      {pair("Sum", sum(p.scores), sum(p.credit))}
    </div>
    <div class="i-row" aria-hidden="true">
      <div class="i-name" />
      {scoreTicks()}
      <div class="i-pair" />
    </div>
  </div>
);
