import { PARTS, implicit_em, pass, without, type Part, type Passage } from "../math/mechanism";
import { broken, measure } from "../math/meters";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { each } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import type { Child } from "../core/widget";
import { hue, mark, swatch } from "../marks/marks";
import { meterName } from "../marks/meters";
import { pair, rowsBeyond, scoreTicks, total, vernier } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";
import { track, trackTicks } from "../marks/track";
import { sum } from "../math/array";

const HIGH = 6;
const TICKS = [0, 2, 4, 6];

const read = (state: State): PipeReading => readPipe(without(implicit_em, state.removed), state.energies);

/** What each part gives, and how it is drawn: the pipe's heading is the legend. */
const QUANTITY: Readonly<Record<Part, readonly [Child, Child]>> = {
  hypotheses: [null, "which one?"],
  energies: [swatch.energy, ["energy ", <i>d</i>]],
  exponentiation: [swatch.likelihood, ["likelihood ", <i>φ</i>]],
  normalization: [swatch.score, ["score ", <i>s</i>]],
  objective: [
    swatch.credit,
    [
      "credit ",
      <i>c</i>,
      <span class="i-derivative">
        {" = −∂"}
        <i>L</i>/∂<i>d</i>
      </span>,
    ],
  ],
};

const formula = (part: Part, state: State): string => {
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
      return state.removed.includes("normalization") && !state.removed.includes("objective")
        ? "L = Σφ"
        : `L = ${m.objective.formula}`;
  }
};

const toggled = (state: State, part: Part): readonly Part[] =>
  PARTS.filter((p) => (p === part ? !state.removed.includes(p) : state.removed.includes(p)));

/** The reader's own state without one more assumption: what would break, before anything is switched off. */
const wouldBe = (state: State, part: Part): Child => {
  const removed = PARTS.filter((p) => p === part || state.removed.includes(p));
  const m = without(implicit_em, removed);
  const p = pass(m, state.energies);
  const names = broken(measure(m, state.energies, p));
  return unitSquare(p, state.energies, {
    label: `Without ${removed.join(", ")}: ${squareInWords(p)}. ${names.length ? `Broken: ${names.map(meterName).join(", ")}.` : "Nothing measured is broken."}`,
  });
};

const switches = (state: State, hands: Hands<State>): Child => (
  <div class="i-assumptions">
    {PARTS.map((part) => {
      const on = !state.removed.includes(part);
      return (
        <div class={on ? "i-assumption" : "i-assumption i-snap"} hidden={!hands.shows(part)}>
          <span class="i-line" aria-hidden="true" />
          <label>
            <input
              type="checkbox"
              role="switch"
              name={part}
              checked={on}
              disabled={hands.locked(part)}
              aria-label={part}
              onChange={() => hands.set({ removed: toggled(state, part) }, part)}
            />
            <b>{part}</b>
          </label>
          <span class="i-quantity">{QUANTITY[part]}</span>
          <span class="i-formula">{formula(part, state)}</span>
          <div class="i-would-be">
            {wouldBe(state, part)}
            <small>{on ? "without it" : "as it is"}</small>
          </div>
        </div>
      );
    })}
  </div>
);

const likelihoodAxis = (state: State): { low: number; high: number } =>
  state.removed.includes("exponentiation") ? { low: -2.5, high: 5 } : { low: 0, high: 1 };

const likelihood = (hypothesis: number, value: number, axis: { low: number; high: number }): Child => {
  const at = (v: number): number => (Math.max(axis.low, Math.min(axis.high, v)) - axis.low) / (axis.high - axis.low);
  return (
    <div class={`i-likelihood ${hue(hypothesis)}`}>
      <i class="i-zero" style={{ left: percent(at(0)) }} />
      <i
        class="i-box"
        style={{ left: percent(Math.min(at(0), at(value))), width: percent(Math.abs(at(value) - at(0))) }}
      />
    </div>
  );
};

const row = (state: State, reading: PipeReading, hypothesis: number, hands: Hands<State>): Child => {
  const { passage } = reading;
  const i = passage.kept.indexOf(hypothesis);
  const out = i < 0;
  const d = state.energies[hypothesis];
  const [s, c] = [passage.scores[i], passage.credit[i]];
  const name = LETTERS[hypothesis];
  return (
    <div class={out ? "i-row i-outside-set" : "i-row"} key={hypothesis}>
      <div class={`i-hypothesis ${hue(hypothesis)}`} aria-hidden="true">
        {mark(hypothesis, false)}
        <b>{name}</b>
        {out && <small>out</small>}
      </div>
      {track({
        ...each(hands, state, "energies", "Energy", hypothesis, "handles"),
        hypothesis,
        ticks: TICKS,
        offset: reading.mechanism.energies.offset(state.energies.length)[hypothesis],
        text: `${two(d)} nats${out ? ", not in the set" : `, score ${two(s)}, credit ${two(c)}`}`,
      })}
      {out ? <div class="i-likelihood" /> : likelihood(hypothesis, passage.likelihoods[i], likelihoodAxis(state))}
      <div class="i-output">
        {out ? <div class="i-vernier" /> : vernier(hypothesis, s, c)}
        {out ? <div class="i-pair" /> : pair(s, c)}
      </div>
    </div>
  );
};

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => {
  const { passage } = reading;
  const axis = likelihoodAxis(state);
  const intact = !state.removed.includes("objective");
  return (
    <div class="i-pipe">
      <div>
        <div class="i-your-state" aria-hidden="true">
          {unitSquare(passage, state.energies, { label: "" })}
          <span>
            Your state: a column's width is its score, its area its credit. Whole, they make a square of side 1.
          </span>
        </div>
        {switches(state, hands)}
      </div>
      <div class="i-rows" role="group" aria-label="Energies, likelihoods, scores and credit">
        {state.energies.map((_, k) => row(state, reading, k, hands))}
        <div class="i-row i-sum" aria-hidden="true">
          <div class="i-hypothesis" />
          {trackTicks(TICKS, 0, HIGH)}
          <div class="i-likelihood i-scale">
            <span style={{ left: percent(-axis.low / (axis.high - axis.low)) }}>0</span>
            <span style={{ left: "100%" }}>{String(axis.high)}</span>
          </div>
          <div class="i-output">
            <div class="i-sum-bars">
              <b>Σ</b>
              {total(passage.scores, passage.credit, passage.kept)}
              {scoreTicks()}
            </div>
            {pair(sum(passage.scores), sum(passage.credit))}
          </div>
        </div>
      </div>
      <div class={intact ? "i-return" : "i-return i-snapped"} aria-hidden="true">
        <i class="i-forward">
          <span>forward</span>
        </i>
        <span class="i-backward">backward: credit goes back to the energies</span>
      </div>
    </div>
  );
};

const gone = (part: Part, passage: Passage): string => {
  switch (part) {
    case "hypotheses":
      return "One hypothesis left.";
    case "energies":
      return passage.kept.includes(1)
        ? "B now counts from its own zero."
        : "Zeros may differ now, but there is only one.";
    case "exponentiation":
      return "Likelihood is now 5 − d.";
    case "normalization":
      return "Nothing is divided by the sum any more.";
    case "objective":
      return "Expected energy in place of log-sum-exp.";
  }
};

const sentence = (state: State, reading: PipeReading, act: Act<State> | null): Child => {
  const { passage, measurement } = reading;
  const rest = ` ${consequence(passage, measurement)}${verdict(measurement)}`;
  const control = act?.control ?? "";
  const energy = /^energy-(\d)$/.exec(control);
  if (act && energy) {
    const k = Number(energy[1]);
    return [...answer(k, act.from.energies[k], state.energies[k], read(act.from).passage, passage), rest];
  }
  const part = PARTS.find((p) => p === control) ?? (state.removed.length === 1 ? state.removed[0] : undefined);
  if (part && state.removed.includes(part)) return [<b>{gone(part, passage)}</b>, rest];
  if (part && state.removed.length) return [<b>{`${part[0].toUpperCase()}${part.slice(1)} is back.`}</b>, rest];
  if (state.removed.length) return [<b>{`Without ${listed(state.removed)}.`}</b>, rest];
  return [<b>All five assumptions are on.</b>, rest];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-five-switches",
  schema,
  title: "Five switches",
  lede: [
    "Drag the energies. The forward pass turns them into ",
    <b>scores</b>,
    "; the backward pass hands each hypothesis ",
    <b>credit</b>,
    ". With all five assumptions on, the two are the same numbers. Turn one off. The small squares show what would break: width is score, area is credit.",
  ],
  tall: (state) => 880 + rowsBeyond(state.energies.length),
  read,
  picture,
  sentence,
});
