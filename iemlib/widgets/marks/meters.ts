import { METERS, TOLERANCE, type Measurement, type Meter } from "../math/meters";
import { apart, two } from "./format";
import { h, type Child } from "./h";

const NAMES: Readonly<Record<Meter, { readonly name: string; readonly condition: Child }>> = {
  sum: { name: "Sum", condition: "Σs = 1, Σc = 1" },
  positivity: { name: "Positive", condition: "every s, c > 0" },
  match: { name: "Match", condition: "c = s, gap 0" },
  ratio: { name: "Ratio", condition: ["ln s", h("sub", null, "i"), "/s", h("sub", null, "j"), " = d", h("sub", null, "j"), " − d", h("sub", null, "i")] },
  shift: { name: "Shift", condition: "s, c the same at d + a" },
  coupling: { name: "Coupling", condition: ["∂c", h("sub", null, "i"), "/∂d", h("sub", null, "j"), " = c", h("sub", null, "i"), " c", h("sub", null, "j")] },
};
export const meterName = (meter: Meter): string => NAMES[meter].name.toLowerCase();

/** No rounding makes a broken meter read as if it held, or one that holds as if it did not. */
const shown = (meter: Meter, q: Measurement): Child => {
  const { value, holds } = q[meter];
  if (meter === "sum") {
    const [s, c] = [q.scoreSum, q.creditSum].map((v) => (Math.abs(v - 1) <= TOLERANCE ? two(v) : apart(v, 1)));
    if (s !== c) return h("div.i-value.i-two", null, s, h("small", null, "s"), " ", c, h("small", null, "c"));
    return h("div.i-value", null, s);
  }
  // Positive is what is apart from zero, everything else what is not.
  return h("div.i-value", null, holds === null ? "–" : holds === (meter === "positivity") ? apart(value, 0) : two(value));
};

/** The six meters: an unbroken line holds, a snapped line is broken, a dotted one has no pair to compare. */
export const meters = (q: Measurement): Child =>
  h(
    "div.i-meters",
    null,
    METERS.map((meter) => {
      const { value, holds } = q[meter];
      return h(
        "div",
        {
          class: holds === null ? "i-meter i-nopair" : holds ? "i-meter" : "i-meter i-snap",
          "data-meter": meter,
          "data-value": String(value),
          "data-holds": holds === null ? "none" : String(holds),
        },
        h("span.i-line", { "aria-hidden": "true" }),
        h(
          "div.i-top",
          null,
          h("b", null, NAMES[meter].name),
          h("span.i-verdict", null, holds === null ? "no pair" : holds ? "✓ holds" : "✕ broken"),
        ),
        shown(meter, q),
        h("div.i-condition", null, NAMES[meter].condition),
      );
    }),
  );
