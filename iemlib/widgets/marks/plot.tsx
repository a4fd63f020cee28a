/** Plots: an axis is a span of numbers, and everything on it is placed in percent. */

import type { Child } from "../core/widget";
import { ghost, type Range } from "./controls";
import { LETTERS, percent, two } from "./format";
import { mark } from "./marks";

export interface Span {
  readonly low: number;
  readonly high: number;
}
/** Where `v` is on its span: 0 at the low end, 1 at the high end. */
export const on = (v: number, { low, high }: Span): number => (v - low) / (high - low);
/** The same, held to the span. */
export const within = (v: number, span: Span): number => Math.max(0, Math.min(1, on(v, span)));

const SAMPLES = 130;
/** The graph of `f` as a path in a box of 100 by 100, in pieces where it leaves the span `y`. */
export const path = (f: (x: number) => number, x: Span, y: Span, samples = SAMPLES): string => {
  let out = "";
  let inside = false;
  for (let i = 0; i <= samples; i++) {
    const v = f(x.low + ((x.high - x.low) * i) / samples);
    const seen = Number.isFinite(v) && v >= y.low && v <= y.high;
    if (seen) out += `${inside ? "L" : "M"}${((i / samples) * 100).toFixed(2)} ${(100 - on(v, y) * 100).toFixed(2)}`;
    inside = seen;
  }
  return out;
};

/** Paths drawn over their plot, in its box of 100 by 100. */
export const sheet = (...paths: Child[]): Child => (
  <svg class="i-curve" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
    {paths}
  </svg>
);

/** A path drawn in ink over its plot; classes of the line may follow. */
export const curve = (d: string, look = ""): Child => sheet(<path class={look || undefined} d={d} />);

/** What a drawing shows, for those who do not see it. */
export const told = (words: string): Child => <span role="img" aria-label={words} />;
/** Numbers of hypotheses in words: "A 0.60, B 0.40". */
export const lettered = (values: readonly number[]): string =>
  values.map((v, k) => `${LETTERS[k]} ${two(v)}`).join(", ");

/** A number beside the vertical axis, with a rule across the plot or without. */
export const level = (v: number, y: Span, look: "i-base" | "i-one" | null = "i-base"): Child => {
  const style = { bottom: percent(within(v, y)) };
  return [
    look && <i class={look} style={style} />,
    <span class="i-ylabel" style={style} aria-hidden="true">
      {String(v).replace("-", "−")}
    </span>,
  ];
};

/** A plot under its caption. */
export const plot = (look: string, caption: Child, ...inside: Child[]): Child => [
  <p class="i-caption">{caption}</p>,
  <div class={`i-plot i-${look}`}>
    <i class="i-yaxis" />
    {inside}
  </div>,
];

/** Numbers under a horizontal axis. */
export const ticks = (values: readonly number[], x: Span): Child =>
  values.map((v) => (
    <span class="i-xlabel" style={{ left: percent(on(v, x)) }} aria-hidden="true">
      {String(v).replace("-", "−")}
    </span>
  ));

/**
 * Hypotheses on a line, which may have a name: each mark is the handle of its own slider, whose value is `by` less
 * than its place. Another `handle` may stand in the place of a mark.
 */
export const ruler = (
  places: readonly number[],
  x: Span,
  numbers: readonly number[],
  name: Child,
  range: (k: number) => Range,
  by = 0,
  handle: (k: number) => Child = (k) => mark(k),
): Child => (
  <div class="i-plot i-ruler">
    <i class="i-base" style={{ bottom: "50%" }} />
    {ticks(numbers, x)}
    {name && <span class="i-xname">{name}</span>}
    {places.map((place, k) => {
      const r = range(k);
      return [
        <span class="i-handle" style={{ left: percent(on(place, x)) }}>
          {handle(k)}
        </span>,
        ghost(r, { "--from": percent(on(r.low + by, x)), "--to": percent(on(r.high + by, x)) }),
      ];
    })}
  </div>
);
