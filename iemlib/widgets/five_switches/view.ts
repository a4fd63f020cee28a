import { PARTS, implicit_em, pass, without, type Part, type Passage } from "../math/mechanism";
import { broken, measure } from "../math/meters";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import type { State } from "../core/schema";
import { each } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import { h, type Child } from "../marks/h";
import { hue, mark, swatch } from "../marks/marks";
import { meterName } from "../marks/meters";
import { pair, rowsBeyond, scoreTicks, total, vernier } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";
import { track, trackTicks } from "../marks/track";
import { sum } from "../math/array";

interface FiveSwitches extends State {
  readonly energies: readonly number[];
  readonly removed: readonly Part[];
}

const HIGH = 6;
const TICKS = [0, 2, 4, 6];

const read = (state: FiveSwitches): PipeReading => readPipe(without(implicit_em, state.removed), state.energies);

/** What each part gives, and how it is drawn: the pipe's heading is the legend. */
const QUANTITY: Readonly<Record<Part, readonly [Child, Child]>> = {
  hypotheses: [null, "which one?"],
  energies: [swatch.energy, ["energy ", h("i", null, "d")]],
  exponentiation: [swatch.likelihood, ["likelihood ", h("i", null, "φ")]],
  normalization: [swatch.score, ["score ", h("i", null, "s")]],
  objective: [swatch.credit, ["credit ", h("i", null, "c"), h("span.i-long", null, " = −∂", h("i", null, "L"), "/∂", h("i", null, "d"))]],
};

const formula = (part: Part, state: FiveSwitches): string => {
  const m = without(implicit_em, state.removed);
  switch (part) {
    case "hypotheses":
      return m.hypotheses.formula(state.energies.length);
    case "energies":
      return m.energies.formula;
    case "exponentiation":
      return `φ = ${m.exponentiation.formula}`;
    case "normalization":
      return `s = ${m.normalization.formula}`;
    case "objective":
      // Left alone, the objective is the potential that the normalization brings.
      return state.removed.includes("normalization") && !state.removed.includes("objective") ? "L = Σφ" : `L = ${m.objective.formula}`;
  }
};

const toggled = (state: FiveSwitches, part: Part): readonly Part[] =>
  PARTS.filter((p) => (p === part ? !state.removed.includes(p) : state.removed.includes(p)));

/** The reader's own state without one more assumption: what would break, before anything is switched off. */
const wouldBe = (state: FiveSwitches, part: Part): Child => {
  const removed = PARTS.filter((p) => p === part || state.removed.includes(p));
  const m = without(implicit_em, removed);
  const p = pass(m, state.energies);
  const names = broken(measure(m, state.energies, p));
  return unitSquare(p, state.energies, {
    label: `Without ${removed.join(", ")}: ${squareInWords(p)}. ${names.length ? `Broken: ${names.map(meterName).join(", ")}.` : "Nothing measured is broken."}`,
  });
};

const switches = (state: FiveSwitches, hands: Hands<FiveSwitches>): Child =>
  h(
    "div.i-switches",
    null,
    PARTS.map((part) => {
      const on = !state.removed.includes(part);
      return h(
        "div",
        { class: on ? "i-switch" : "i-switch i-snap", hidden: !hands.shows(part) },
        h("span.i-line", { "aria-hidden": "true" }),
        h(
          "label",
          null,
          h("input", {
            type: "checkbox",
            role: "switch",
            name: part,
            checked: on,
            disabled: hands.locked(part),
            "aria-label": part,
            onChange: () => hands.set({ removed: toggled(state, part) }, part),
          }),
          h("b", null, part),
        ),
        h("span.i-quantity", null, QUANTITY[part]),
        h("span.i-formula", null, formula(part, state)),
        h("div.i-wouldbe", null, wouldBe(state, part), h("small", null, on ? "without it" : "as it is")),
      );
    }),
  );

const likelihoodAxis = (state: FiveSwitches): { low: number; high: number } =>
  state.removed.includes("exponentiation") ? { low: -2.5, high: 5 } : { low: 0, high: 1 };

const likelihood = (hypothesis: number, value: number, axis: { low: number; high: number }): Child => {
  const at = (v: number): number => (Math.max(axis.low, Math.min(axis.high, v)) - axis.low) / (axis.high - axis.low);
  return h(
    "div",
    { class: `i-likelihood ${hue(hypothesis)}` },
    h("i.i-zero", { style: { left: percent(at(0)) } }),
    h("i.i-box", { style: { left: percent(Math.min(at(0), at(value))), width: percent(Math.abs(at(value) - at(0))) } }),
  );
};

const row = (state: FiveSwitches, reading: PipeReading, hypothesis: number, hands: Hands<FiveSwitches>): Child => {
  const { passage } = reading;
  const i = passage.kept.indexOf(hypothesis);
  const out = i < 0;
  const d = state.energies[hypothesis];
  const [s, c] = [passage.scores[i], passage.credit[i]];
  const name = LETTERS[hypothesis];
  return h(
    "div",
    { class: out ? "i-row i-outside-set" : "i-row", key: hypothesis },
    h("div.i-name", { class: hue(hypothesis), "aria-hidden": "true" }, mark(hypothesis, false), h("b", null, name), out && h("small", null, "out")),
    track({
      ...each(hands, state, "energies", "Energy", hypothesis, "handles"),
      hypothesis,
      ticks: TICKS,
      offset: reading.mechanism.energies.offset(state.energies.length)[hypothesis],
      text: `${two(d)} nats${out ? ", not in the set" : `, score ${two(s)}, credit ${two(c)}`}`,
    }),
    out ? h("div.i-likelihood") : likelihood(hypothesis, passage.likelihoods[i], likelihoodAxis(state)),
    h("div.i-out", null, out ? h("div.i-vernier") : vernier(hypothesis, s, c), out ? h("div.i-pair") : pair(s, c)),
  );
};

const picture = (state: FiveSwitches, reading: PipeReading, hands: Hands<FiveSwitches>): Child => {
  const { passage } = reading;
  const axis = likelihoodAxis(state);
  const intact = !state.removed.includes("objective");
  return h(
    "div.i-pipe",
    null,
    h(
      "div.i-desk",
      null,
      h("div.i-now", { "aria-hidden": "true" }, unitSquare(passage, state.energies, { label: "" }), h("span", null, "Your state: a column's width is its score, its area its credit. Whole, they make a square of side 1.")),
      switches(state, hands),
    ),
    h(
      "div.i-rows",
      { role: "group", "aria-label": "Energies, likelihoods, scores and credit" },
      state.energies.map((_, k) => row(state, reading, k, hands)),
      h(
        "div.i-row.i-sum",
        { "aria-hidden": "true" },
        h("div.i-name"),
        trackTicks(TICKS, 0, HIGH),
        h("div.i-likelihood.i-scale", null, h("span", { style: { left: percent(-axis.low / (axis.high - axis.low)) } }, "0"), h("span", { style: { left: "100%" } }, String(axis.high))),
        h(
          "div.i-out",
          null,
          h("div.i-sumcell", null, h("b", null, "Σ"), total(passage.scores, passage.credit, passage.kept), scoreTicks()),
          pair(sum(passage.scores), sum(passage.credit)),
        ),
      ),
    ),
    h("div", { class: intact ? "i-back" : "i-back i-snapped", "aria-hidden": "true" }, h("i.i-forward", null, h("span", null, "forward")), h("span.i-backward", null, "backward: credit goes back to the energies")),
  );
};

const gone = (part: Part, passage: Passage): string => {
  switch (part) {
    case "hypotheses":
      return "One hypothesis left.";
    case "energies":
      return passage.kept.includes(1) ? "B now counts from its own zero." : "Zeros may differ now, but there is only one.";
    case "exponentiation":
      return "Likelihood is now 5 − d.";
    case "normalization":
      return "Nothing is divided by the sum any more.";
    case "objective":
      return "Expected energy in place of log-sum-exp.";
  }
};

const sentence = (state: FiveSwitches, reading: PipeReading, act: Act<FiveSwitches> | null): Child => {
  const { passage, measurement } = reading;
  const rest = ` ${consequence(passage, measurement)}${verdict(measurement)}`;
  const control = act?.control ?? "";
  const energy = /^energy-(\d)$/.exec(control);
  if (act && energy) {
    const k = Number(energy[1]);
    return [...answer(k, act.from.energies[k], state.energies[k], read(act.from).passage, passage), rest];
  }
  const part = PARTS.find((p) => p === control) ?? (state.removed.length === 1 ? state.removed[0] : undefined);
  if (part && state.removed.includes(part)) return [h("b", null, gone(part, passage)), rest];
  if (part && state.removed.length) return [h("b", null, `${part[0].toUpperCase()}${part.slice(1)} is back.`), rest];
  if (state.removed.length) return [h("b", null, `Without ${listed(state.removed)}.`), rest];
  return [h("b", null, "All five assumptions are on."), rest];
};

export const definition = widget<FiveSwitches, PipeReading>({
  tag: "iem-five-switches",
  title: "Five switches",
  lede: [
    "Drag the energies. The forward pass turns them into ",
    h("b", null, "scores"),
    "; the backward pass hands each hypothesis ",
    h("b", null, "credit"),
    ". With all five assumptions on, the two are the same numbers. Turn one off. The small squares show what would break: width is score, area is credit.",
  ],
  tall: (state) => 880 + rowsBeyond(state.energies.length),
  read,
  picture,
  sentence,
});
