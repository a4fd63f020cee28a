import { ghost, type Range } from "./controls";
import { percent, two } from "./format";
import { h, type Child } from "./h";
import { hue, mark } from "./marks";

export interface Track extends Omit<Range, "label" | "name"> {
  readonly hypothesis: number;
  readonly label: string;
  /** Values that get a tick. */
  readonly ticks: readonly number[];
  /** A zero of its own: this many nats are added before anything is compared. */
  readonly offset?: number;
  /** An earlier place, hollow. */
  readonly before?: number;
}

/** An energy as a distance from zero: stem, mark as handle, and its number. */
export const track = (t: Track): Child => {
  const at = (v: number): string => percent((v - t.low) / (t.high - t.low));
  return h(
    "div",
    { class: `i-track ${hue(t.hypothesis)}` },
    h(
      "div.i-rail",
      null,
      t.ticks.map((v) => h("i.i-notch", { style: { left: at(v) } })),
      h("i.i-stem", { style: { left: at(t.low), width: percent((t.value - t.low) / (t.high - t.low)) } }),
      t.offset
        ? h("i.i-own", { style: { left: at(t.low - t.offset), width: percent(t.offset / (t.high - t.low)) } }, h("b", null, `+${t.offset}`))
        : null,
      t.before === undefined ? null : h("i.i-was", { style: { left: at(t.before) } }),
      h("span.i-handle", { style: { left: at(t.value) } }, mark(t.hypothesis)),
      ghost({ ...t, name: `energy-${t.hypothesis}` }),
    ),
    h("span.i-number", null, two(t.value)),
  );
};

/** The numbers under a track. */
export const trackTicks = (values: readonly number[], low: number, high: number): Child =>
  h("div.i-track.i-scale", null, h("div.i-rail", null, values.map((v) => h("span", { style: { left: percent((v - low) / (high - low)) } }, String(v)))), h("span.i-number"));
