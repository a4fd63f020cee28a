/** Plots: an axis is a span of numbers, and everything on it is placed in percent. */
import { ghost, type Range } from "./controls";
import { percent } from "./format";
import { h, type Child } from "./h";
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
export const sheet = (...paths: Child[]): Child =>
  h("svg.i-curve", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, paths);

/** A path drawn in ink over its plot; classes of the line may follow. */
export const curve = (d: string, look = ""): Child => sheet(h("path", { d, class: look || undefined }));

/** A number beside the vertical axis, with a rule across the plot or without. */
export const level = (v: number, y: Span, look: "i-base" | "i-one" | null = "i-base"): Child => {
  const style = { bottom: percent(within(v, y)) };
  return [look && h("i", { class: look, style }), h("span.i-ylabel", { style }, String(v).replace("-", "−"))];
};

/** A plot under its caption. */
export const plot = (look: string, caption: Child, ...inside: Child[]): Child => [
  h("p.i-caption", null, caption),
  h(`div.i-plot.i-${look}`, null, h("i.i-yaxis"), inside),
];

/** Numbers under a horizontal axis. */
export const ticks = (values: readonly number[], x: Span): Child =>
  values.map((v) => h("span.i-xlabel", { style: { left: percent(on(v, x)) } }, String(v).replace("-", "−")));

/** Hypotheses on a line: each mark is the handle of its own slider, whose value is `by` less than its place. */
export const ruler = (places: readonly number[], x: Span, numbers: readonly number[], name: Child, range: (k: number) => Range, by = 0): Child =>
  h(
    "div.i-plot.i-ruler",
    null,
    h("i.i-base", { style: { bottom: "50%" } }),
    ticks(numbers, x),
    h("span.i-xname", null, name),
    places.map((place, k) => {
      const r = range(k);
      return [
        h("span.i-handle", { style: { left: percent(on(place, x)) } }, mark(k)),
        ghost(r, { "--from": percent(on(r.low + by, x)), "--to": percent(on(r.high + by, x)) }),
      ];
    }),
  );
