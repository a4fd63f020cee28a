import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { each, movedBy } from "../marks/controls";
import { capital, LETTERS, listed, percent, two } from "../marks/format";
import { hue, mark, swatch } from "../marks/marks";
import { meterName } from "../marks/meters";
import { type Span, within } from "../marks/plot";
import { pair, rowsBeyond, scoreTicks, total, vernier } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";
import { track, trackTicks } from "../marks/track";
import { sum } from "../math/array";
import { implicit_em, type Mechanism, PARTS, type Part, type Passage, pass, without } from "../math/mechanism";
import { broken, measure } from "../math/meters";
import { type State, schema } from "./state";

const read = (state: State): PipeReading => readPipe(without(implicit_em, state.removed), state.energies);

const TICKS = [0, 2, 4, 6];
const LIKELIHOOD: Span = { low: 0, high: 1 };
/** Of 5 − d, at energies up to 6 and B's own zero 1.5 beyond. */
const LINEAR_LIKELIHOOD: Span = { low: -2.5, high: 5 };
const likelihoodAxis = ({ removed }: State): Span =>
  removed.includes("exponentiation") ? LINEAR_LIKELIHOOD : LIKELIHOOD;

/** What a part gives: how it is drawn, what it is called, and its formula in a mechanism of so many hypotheses. */
interface Given {
  readonly swatch: Child;
  readonly quantity: Child;
  readonly formula: (mechanism: Mechanism, count: number) => string;
}
/** The pipe's heading is its legend. */
const GIVEN: Readonly<Record<Part, Given>> = {
  hypotheses: {
    swatch: null,
    quantity: "which one?",
    formula: ({ hypotheses }, count) => hypotheses.formula(count),
  },
  energies: {
    swatch: swatch.energy,
    quantity: ["energy ", <i>d</i>],
    formula: ({ energies }) => energies.formula,
  },
  exponentiation: {
    swatch: swatch.likelihood,
    quantity: ["likelihood ", <i>φ</i>],
    formula: ({ exponentiation }) => `φ = ${exponentiation.formula}`,
  },
  normalization: {
    swatch: swatch.score,
    quantity: ["score ", <i>s</i>],
    formula: ({ normalization }) => `s = ${normalization.formula}`,
  },
  objective: {
    swatch: swatch.credit,
    quantity: [
      "credit ",
      <i>c</i>,
      <span class="i-derivative">
        {" = −∂"}
        <i>L</i>/∂<i>d</i>
      </span>,
    ],
    formula: ({ objective, normalization }) => `L = ${objective.formula(normalization)}`,
  },
};

const toggled = ({ removed }: State, part: Part): readonly Part[] =>
  PARTS.filter((other) => removed.includes(other) !== (other === part));

/** The reader's own state without one more assumption: what would break, before anything is switched off. */
const wouldBe = (state: State, part: Part): Child => {
  const removed = PARTS.filter((other) => other === part || state.removed.includes(other));
  const mechanism = without(implicit_em, removed);
  const passage = pass(mechanism, state.energies);
  const failing = broken(measure(mechanism, state.energies, passage)).map(meterName);
  const judged = failing.length > 0 ? `Broken: ${failing.join(", ")}.` : "Nothing measured is broken.";
  return unitSquare(passage, state.energies, {
    label: `Without ${removed.join(", ")}: ${squareInWords(passage)}. ${judged}`,
  });
};

const assumption = (state: State, reading: PipeReading, part: Part, hands: Hands<State>): Child => {
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
      <span class="i-quantity">
        {GIVEN[part].swatch}
        {GIVEN[part].quantity}
      </span>
      <span class="i-formula">{GIVEN[part].formula(reading.mechanism, state.energies.length)}</span>
      <div class="i-would-be">
        {hands.locked(part) ? (
          // What the reader is to guess is not drawn before.
          <small>guess first</small>
        ) : (
          [wouldBe(state, part), <small>{on ? "without it" : "as it is"}</small>]
        )}
      </div>
    </div>
  );
};

/** A likelihood as a box that stands on zero. */
const likelihood = (hypothesis: number, value: number, axis: Span): Child => {
  const [zero, end] = [within(0, axis), within(value, axis)];
  return (
    <div class={`i-likelihood ${hue(hypothesis)}`}>
      <i class="i-zero" style={{ left: percent(zero) }} />
      <i class="i-box" style={{ left: percent(Math.min(zero, end)), width: percent(Math.abs(end - zero)) }} />
    </div>
  );
};

/** What the mechanism makes of one hypothesis, from its likelihood on; empty where it is not in the set. */
const made = (state: State, { passage }: PipeReading, hypothesis: number): Child => {
  const place = passage.kept.indexOf(hypothesis);
  const inSet = place >= 0;
  const [score, credit] = [passage.scores[place], passage.credit[place]];
  return [
    inSet ? likelihood(hypothesis, passage.likelihoods[place], likelihoodAxis(state)) : <div class="i-likelihood" />,
    <div class="i-output">
      {inSet ? vernier(hypothesis, score, credit) : <div class="i-vernier" />}
      {inSet ? pair(LETTERS[hypothesis], score, credit) : <div class="i-pair" />}
    </div>,
  ];
};

const row = (state: State, reading: PipeReading, hypothesis: number, hands: Hands<State>): Child => {
  const { kept, scores, credit } = reading.passage;
  const place = kept.indexOf(hypothesis);
  const inSet = place >= 0;
  const outcome = inSet ? `, score ${two(scores[place])}, credit ${two(credit[place])}` : ", not in the set";
  return (
    <div class={inSet ? "i-row" : "i-row i-outside-set"} key={hypothesis}>
      <div class={`i-hypothesis ${hue(hypothesis)}`} aria-hidden="true">
        {mark(hypothesis, false)}
        <b>{LETTERS[hypothesis]}</b>
        {!inSet && <small>out</small>}
      </div>
      {track({
        ...each(hands, state, "energies", "Energy", hypothesis, "handles"),
        hypothesis,
        ticks: TICKS,
        offset: reading.mechanism.energies.offset(state.energies.length)[hypothesis],
        text: `${two(state.energies[hypothesis])} nats${outcome}`,
      })}
      {made(state, reading, hypothesis)}
    </div>
  );
};

/** The last row: the axes, and scores and credit laid end to end. */
const sums = (state: State, { passage }: PipeReading, hands: Hands<State>): Child => {
  const axis = likelihoodAxis(state);
  const { low, high } = hands.span("energies");
  return (
    <div class="i-row i-sum" aria-hidden="true">
      <div class="i-hypothesis" />
      {trackTicks(TICKS, low, high)}
      <div class="i-likelihood i-scale">
        <span style={{ left: percent(within(0, axis)) }}>0</span>
        <span style={{ left: "100%" }}>{String(axis.high)}</span>
      </div>
      <div class="i-output">
        <div class="i-sum-bars">
          <b>Σ</b>
          {total(passage.scores, passage.credit, passage.kept)}
          {scoreTicks()}
        </div>
        {pair("Sum", sum(passage.scores), sum(passage.credit))}
      </div>
    </div>
  );
};

/** The way back from the objective to the energies, cut where the objective is off. */
const wayBack = ({ removed }: State): Child => (
  <div class={removed.includes("objective") ? "i-return i-snapped" : "i-return"} aria-hidden="true">
    <i class="i-forward">
      <span>forward</span>
    </i>
    <span class="i-backward">backward: credit goes back to the energies</span>
  </div>
);

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => (
  <div class="i-pipe">
    <div>
      <div class="i-your-state" aria-hidden="true">
        {unitSquare(reading.passage, state.energies, { label: "" })}
        <span>
          Your state: a column's width is its score, its area its credit. Whole, they make a square of side 1.
        </span>
      </div>
      <div class="i-assumptions">{PARTS.map((part) => assumption(state, reading, part, hands))}</div>
    </div>
    <div class="i-rows" role="group" aria-label="Energies, likelihoods, scores and credit">
      {state.energies.map((_, hypothesis) => row(state, reading, hypothesis, hands))}
      {sums(state, reading, hands)}
    </div>
    {wayBack(state)}
  </div>
);

/** What is so now that a part is off. */
const gone = (part: Part, { kept }: Passage): string => {
  switch (part) {
    case "hypotheses":
      return "One hypothesis left.";
    case "energies":
      return kept.includes(1) ? "B now counts from its own zero." : "Zeros may differ now, but there is only one.";
    case "exponentiation":
      return "Likelihood is now 5 − d.";
    case "normalization":
      return "Nothing is divided by the sum any more.";
    case "objective":
      return "Expected energy in place of log-sum-exp.";
  }
};

/** Which assumptions are off, led by the one that was just switched, or by the only one. */
const headline = ({ removed }: State, passage: Passage, control: string | undefined): string => {
  if (removed.length === 0) return "All five assumptions are on.";
  const part = PARTS.find((name) => name === control) ?? (removed.length === 1 ? removed[0] : undefined);
  if (part === undefined) return `Without ${listed(removed)}.`;
  return removed.includes(part) ? gone(part, passage) : `${capital(part)} is back.`;
};

const sentence = (state: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => {
  const rest = ` ${consequence(passage, measurement)}${verdict(measurement)}`;
  const moved = movedBy(act, "Energy");
  if (act && moved >= 0) {
    const [from, to] = [act.from.energies[moved], state.energies[moved]];
    return [...answer(moved, from, to, read(act.from).passage, passage), rest];
  }
  return [<b>{headline(state, passage, act?.control)}</b>, rest];
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
    ". With all five assumptions on, the two are the same numbers. Turn one off. ",
    "The small squares show what would break: width is score, area is credit.",
  ],
  tall: (state) => 880 + rowsBeyond(state.energies.length),
  read,
  picture,
  sentence,
});
