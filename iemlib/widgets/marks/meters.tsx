import type { Child } from "../core/widget";
import { METERS, type Measurement, type Meter, TOLERANCE } from "../math/meters";
import { apart, two } from "./format";

const NAMES: Readonly<Record<Meter, { readonly name: string; readonly condition: Child }>> = {
  sum: { name: "Sum", condition: "Σs = 1, Σc = 1" },
  positivity: { name: "Positivity", condition: "every s, c > 0" },
  match: { name: "Match", condition: "c = s, gap 0" },
  ratio: {
    name: "Ratio",
    condition: ["ln s", <sub>i</sub>, "/s", <sub>j</sub>, " = d", <sub>j</sub>, " − d", <sub>i</sub>],
  },
  shift: { name: "Shift", condition: "s, c the same at d + a" },
  coupling: {
    name: "Coupling",
    condition: ["∂c", <sub>i</sub>, "/∂d", <sub>j</sub>, " = c", <sub>i</sub>, " c", <sub>j</sub>],
  },
};
export const meterName = (meter: Meter): string => NAMES[meter].name.toLowerCase();

/** No rounding makes a broken meter read as if it held, or one that holds as if it did not. */
const shown = (meter: Meter, q: Measurement): Child => {
  const { value, holds } = q[meter];
  if (meter === "sum") {
    const [s, c] = [q.scoreSum, q.creditSum].map((v) => (Math.abs(v - 1) <= TOLERANCE ? two(v) : apart(v, 1)));
    if (s !== c)
      return (
        <div class="i-value i-two">
          {s}
          <small>s</small> {c}
          <small>c</small>
        </div>
      );
    return <div class="i-value">{s}</div>;
  }
  // Positivity is what is apart from zero, everything else what is not.
  return (
    <div class="i-value">
      {holds === null ? "–" : holds === (meter === "positivity") ? apart(value, 0) : two(value)}
    </div>
  );
};

export interface Gauge {
  readonly name: string;
  readonly value: Child;
  readonly condition: Child;
  /** Whether what it says holds: an unbroken line, or a snapped one; null where nothing is claimed, and dotted. */
  readonly holds: boolean | null;
  /** What stands in the place of a verdict where there is none. */
  readonly aside?: string;
}

/** A number with its verdict and its condition; more attributes may follow. */
export const gauge = (
  { name, value, condition, holds, aside }: Gauge,
  more: Readonly<Record<string, string>> = {},
): Child => (
  <div class={holds === null ? "i-meter i-nopair" : holds ? "i-meter" : "i-meter i-snap"} {...more}>
    <span class="i-line" aria-hidden="true" />
    <div class="i-top">
      <b>{name}</b>
      <span class="i-verdict">{holds === null ? aside : holds ? "✓ holds" : "✕ broken"}</span>
    </div>
    {value}
    <div class="i-condition">{condition}</div>
  </div>
);

/** The six meters of a mechanism. */
export const meters = (q: Measurement): Child => (
  <div class="i-meters">
    {METERS.map((meter) => {
      const { value, holds } = q[meter];
      return gauge(
        { ...NAMES[meter], value: shown(meter, q), holds, aside: "no pair" },
        { "data-meter": meter, "data-value": String(value), "data-holds": holds === null ? "none" : String(holds) },
      );
    })}
  </div>
);
