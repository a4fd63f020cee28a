import type { Child } from "../core/widget";
import { ghost, type Range } from "./controls";
import { percent, two } from "./format";
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
  return (
    <div class={`i-track ${hue(t.hypothesis)}`}>
      <div class="i-rail">
        {t.ticks.map((v) => (
          <i class="i-notch" style={{ left: at(v) }} />
        ))}
        <i class="i-stem" style={{ left: at(t.low), width: percent((t.value - t.low) / (t.high - t.low)) }} />
        {t.offset ? (
          <i class="i-own-zero" style={{ left: at(t.low - t.offset), width: percent(t.offset / (t.high - t.low)) }}>
            <b>{`+${t.offset}`}</b>
          </i>
        ) : null}
        {t.before === undefined ? null : <i class="i-was" style={{ left: at(t.before) }} />}
        <span class="i-handle" style={{ left: at(t.value) }}>
          {mark(t.hypothesis)}
        </span>
        {ghost({ ...t, name: `energy-${t.hypothesis}` })}
      </div>
      <span class="i-number" aria-hidden="true">
        {two(t.value)}
      </span>
    </div>
  );
};

/** The numbers under a track. */
export const trackTicks = (values: readonly number[], low: number, high: number): Child => (
  <div class="i-track i-scale" aria-hidden="true">
    <div class="i-rail">
      {values.map((v) => (
        <span style={{ left: percent((v - low) / (high - low)) }}>{String(v)}</span>
      ))}
    </div>
    <span class="i-number" />
  </div>
);
