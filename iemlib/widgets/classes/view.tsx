/** A label clamps: what it asks of a class, less what the class holds, is the credit; pulls and pushes cancel. */
import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, each, movedBy, pick } from "../marks/controls";
import { continued, LETTERS, listed, percent, two } from "../marks/format";
import { hue, mark, swatch } from "../marks/marks";
import { on, type Span, told } from "../marks/plot";
import { answer, consequence, verdict } from "../marks/sentence";
import { track, trackTicks } from "../marks/track";
import { sum, type Vector } from "../math/array";
import { implicit_em } from "../math/mechanism";
import { cross_entropy, target } from "../math/objective/labelled";
import { type State, schema } from "./state";

/** Which class the label names; −1 where there is none, or it names none of these. */
const labelled = ({ label, energies }: State): number => LETTERS.slice(0, energies.length).indexOf(label as "A");

interface Clamped extends PipeReading {
  /** The class that is right, −1 without a label. */
  readonly label: number;
  /** What the label asks of each class; nothing where there is none. */
  readonly asked: Vector;
}

const read = (state: State): Clamped => {
  const { energies, smoothing } = state;
  const label = labelled(state);
  const pipe = readPipe(
    label < 0 ? implicit_em : { ...implicit_em, objective: cross_entropy({ label, smoothing }) },
    energies,
  );
  const asked = label < 0 ? energies.map(() => 0) : target(energies.length, label, smoothing);
  const { head, rows, note } = pipe.numbers;
  return {
    ...pipe,
    label,
    asked,
    numbers: { head: [...head, "label q"], rows: rows.map((row, k) => [...row, asked[k]]), ...(note && { note }) },
  };
};

// ------------------------------------------------------------------------------------ rows

/** Room for a class that is wholly pushed away, and for one that is wholly pulled in. */
const AXIS: Span = { low: -1.06, high: 1.1 };
const at = (v: number): string => percent(on(v, AXIS));
const span = (a: number, b: number): { left: string; width: string } => ({
  left: at(Math.min(a, b)),
  width: percent(Math.abs(a - b) / (AXIS.high - AXIS.low)),
});

/** Height of a row in units, and of what stands in it from its top: the seam is open between label and credit. */
const ROW = 78;
const OPEN = { top: 4, upper: 29, lower: 49, bottom: 70 };
const CLOSED = { top: 18, upper: 39, lower: 39, bottom: 60 };
const TICKS = [0, 2, 4, 6];
const lines = (...points: readonly (readonly [number, number])[]): string =>
  `M${points.map(([x, y]) => `${x.toFixed(4)} ${y}`).join("L")}`;

const ground: Child = [
  <i class="i-simplex" style={span(0, 1)} />,
  <i class="i-wholly-away" style={{ left: at(-1) }} />,
];

/**
 * Hatched what the label asks, before it the score, striped the credit. One line joins the ends of label and credit;
 * the ribbon carries what the score leaves of the label down to zero. Without a label the line is straight.
 */
const bars = ({ passage, label, asked }: Clamped, k: number): Child => {
  const [score, credit] = [passage.scores[k], passage.credit[k]];
  const { top, upper, lower, bottom } = label < 0 ? CLOSED : OPEN;
  const end = label < 0 ? score : asked[k];
  const back = label < 0 ? credit : 0;
  return (
    <div class={`i-clamp ${hue(k)}`}>
      {ground}
      {label >= 0 && asked[k] > 0 && <i class="i-bar i-asked" style={span(0, asked[k])} />}
      <i class="i-bar i-score" style={span(0, score)} />
      <i class="i-bar i-credit" style={span(0, credit)} />
      <svg viewBox={`${AXIS.low} 0 ${AXIS.high - AXIS.low} ${ROW}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="i-ribbon" d={lines([score, upper], [end, upper], [credit, lower], [back, lower])} />
        <path d={lines([end, top], [end, upper], [credit, lower], [credit, bottom])} />
      </svg>
      {label === k && (
        <span class="i-is-label" style={{ right: percent(1 - on(0, AXIS)) }} aria-hidden="true">
          label
        </span>
      )}
    </div>
  );
};

/** "1.00 − 0.27 = 0.73"; without a label "0.27 = 0.27". */
const difference = (name: string, label: number, asked: number, score: number, credit: number): Child => (
  <div
    class="i-difference"
    role="img"
    aria-label={`${name}: ${label < 0 ? "" : `label ${two(asked)}, `}score ${two(score)}, credit ${two(credit)}`}
  >
    <span>{label >= 0 && two(asked)}</span>
    <span>{label >= 0 && "−"}</span>
    <span>{two(score)}</span>
    <b>=</b>
    <b>{two(credit)}</b>
  </div>
);

const row = (state: State, reading: Clamped, k: number, hands: Hands<State>): Child => {
  const { passage, label, asked } = reading;
  const [score, credit] = [passage.scores[k], passage.credit[k]];
  return (
    <div class="i-class" key={k}>
      <div class={`i-class-name ${hue(k)}`} aria-hidden="true">
        {mark(k, false)}
        <b>{LETTERS[k]}</b>
      </div>
      {track({
        ...each(hands, state, "energies", "Energy", k),
        hypothesis: k,
        ticks: TICKS,
        text: `${two(state.energies[k])} nats, score ${two(score)}, credit ${two(credit)}`,
      })}
      {bars(reading, k)}
      {difference(LETTERS[k], label, asked[k], score, credit)}
    </div>
  );
};

/** Parts laid end to end from a place on, to the right or back to the left. */
const laid = (values: Vector, from: number, direction: 1 | -1, look: string): Child => {
  let place = from;
  return values.map((v, k) => {
    const start = place;
    place += direction * v;
    return (
      <i class={`i-bar ${look} ${hue(k)}`} style={span(start, place)}>
        {look === "i-score" && <b>{LETTERS[k]}</b>}
      </i>
    );
  });
};

/** Scores fill what the label asks; pulls go out, and pushes come back to zero. */
const sums = ({ passage, label, asked }: Clamped): Child => {
  const { scores, credit } = passage;
  const pulls = credit.map((c) => Math.max(0, c));
  const pushes = credit.map((c) => Math.max(0, -c));
  const out = sum(pulls);
  return [
    <div class="i-clamp i-total" aria-hidden="true">
      {ground}
      {label >= 0 && <i class="i-bar i-asked" style={span(0, 1)} />}
      {laid(scores, 0, 1, "i-score")}
      {laid(pulls, 0, 1, "i-credit")}
      {label >= 0 && laid(pushes, out, -1, "i-credit i-back")}
      <i class="i-end i-up" style={{ left: at(1) }} />
      <i class="i-end i-down" style={{ left: at(out) }} />
      {label >= 0 && [
        <i class="i-end i-down i-returned" style={{ left: at(sum(credit)) }} />,
        <span class="i-return-name" style={{ right: percent(1 - on(0, AXIS)) }}>
          <span>out, and </span>back to 0
        </span>,
      ]}
    </div>,
    difference("Sum", label, sum(asked), sum(scores), sum(credit)),
  ];
};

const heads = ({ label }: Clamped): Child => (
  <div class="i-class i-class-heads" aria-hidden="true">
    <div class="i-class-name" />
    <div class="i-energy-key">
      {swatch.energy}
      {"energy "}
      <i>d</i>
    </div>
    <div class="i-legend">
      {label >= 0 && (
        <span>
          <span class="i-swatch i-sw-label" />
          {"label "}
          <i>q</i>
        </span>
      )}
      <span>
        {swatch.score}
        {"score "}
        <i>r</i>
      </span>
      <span>
        {swatch.credit}
        {"credit "}
        <i>c</i>
      </span>
    </div>
    <div class="i-difference">
      <span>{label >= 0 && "label"}</span>
      <span>{label >= 0 && "−"}</span>
      <span>score</span>
      <span>=</span>
      <span>credit</span>
    </div>
  </div>
);

/** The axes under the rows. */
const scales = ({ label }: Clamped, hands: Hands<State>): Child => {
  const { low, high } = hands.span("energies");
  return (
    <div class="i-class i-class-scales" aria-hidden="true">
      <div class="i-class-name" />
      {trackTicks(TICKS, low, high)}
      <div class="i-ticks">
        {[-1, 0, 1].map((v) => (
          <span style={{ left: at(v) }}>{String(v).replace("-", "−")}</span>
        ))}
        {label >= 0 && [
          <span style={{ left: at(-0.5) }}>◂ pushed away</span>,
          <span style={{ left: at(0.5) }}>pulled in ▸</span>,
        ]}
      </div>
      <div class="i-difference" />
    </div>
  );
};

// ------------------------------------------------------------------------------------ the normal form

const DECIMALS = 3;
const short = (v: number): string => String(Number(v.toFixed(DECIMALS)));

/** The one line that all of this is, with the two numbers that a label sets. */
const normalForm = ({ passage, label, asked }: Clamped): Child => (
  <div class="i-normal-form">
    <p class="i-caption">
      <b>Normal form</b> <i>L = w log Σ exp(−d) − q·d</i>
      {", and its credit "}
      <i>c = w r + q</i>
    </p>
    <p class="i-form">
      {"L = "}
      <span class="i-slot">
        {label < 0 ? "1" : "−1"}
        <small>
          {"weight "}
          <i>w</i>
        </small>
      </span>
      {" log Σ exp(−d) − "}
      <span class="i-slot">
        {`(${asked.map(short).join(", ")})`}
        <small>
          {"clamp "}
          <i>q</i>
        </small>
      </span>
      {` · d = `}
      <span class="i-slot i-value-now">{two(passage.value)}</span>
    </p>
  </div>
);

// ------------------------------------------------------------------------------------ the picture

const steer = (state: State, { label }: Clamped, hands: Hands<State>): Child => {
  const words = hands.options("label").slice(0, 1 + state.energies.length);
  const options = words.map((value, k) => ({
    value,
    label: k === 0 ? value : [told(value), mark(k - 1)],
  }));
  const unlabelled = label < 0 ? "choose a label" : undefined;
  return (
    <div class="i-labels">
      {pick(hands, state, "label", "Label", options)}
      {dial(hands, state, "smoothing", "Smoothing", unlabelled, label < 0 ? { locked: true } : {})}
    </div>
  );
};

const picture = (state: State, reading: Clamped, hands: Hands<State>): Child => (
  <div class={reading.label < 0 ? "i-classes" : "i-classes i-labelled"}>
    {steer(state, reading, hands)}
    <div role="group" aria-label="Energies, label, scores and credit">
      {heads(reading)}
      {state.energies.map((_, k) => row(state, reading, k, hands))}
      <div class="i-class i-class-sum">
        <div class="i-class-name" />
        <b class="i-sigma" aria-hidden="true">
          Σ
        </b>
        {sums(reading)}
      </div>
      {scales(reading, hands)}
    </div>
    {hands.said}
    {normalForm(reading)}
  </div>
);

// ------------------------------------------------------------------------------------ words

/** Credit that two decimals show. */
const SEEN = 0.005;

/** Who is moved by how much: all of it sums to nothing. */
const moves = (credit: Vector): string => {
  const moved = (of: (c: number) => boolean): string =>
    listed(credit.flatMap((c, k) => (of(c) ? [`${LETTERS[k]} by ${two(Math.abs(c))}`] : [])));
  const [pulled, pushed] = [moved((c) => c >= SEEN), moved((c) => c <= -SEEN)];
  const all = [pulled && `Pulled in: ${pulled}.`, pushed && `Pushed away: ${pushed}.`].filter(Boolean);
  return [...(all.length > 0 ? all : ["No class is moved by as much as 0.01."]), `Together ${two(sum(credit))}.`].join(
    " ",
  );
};

/** What the reader did, where it was said of the label or of an energy. */
const event = (state: State, { passage }: Clamped, act: Act<State> | null): Child => {
  const moved = movedBy(act, "Energy");
  if (act && moved >= 0)
    return answer(moved, act.from.energies[moved], state.energies[moved], read(act.from).passage, passage);
  if (act?.control === "label") return <b>No score moved.</b>;
  if (act?.control === "smoothing" && state.smoothing > 0)
    return [<b>{`Smoothed by ${two(state.smoothing)},`}</b>, " the label asks a little of every class."];
  return null;
};

const sentence = (state: State, reading: Clamped, act: Act<State> | null): Child => {
  const { passage, measurement, label, asked } = reading;
  const done = event(state, reading, act);
  /** Bold where nothing is said before it. */
  const lead = (text: string): Child => (done ? [done, ` ${text} `] : [<b>{text}</b>, " "]);
  if (label < 0)
    return [
      lead(state.label === "none" ? "No label." : `${state.label} is none of these classes.`),
      `Nothing is clamped: ${continued(consequence(passage, measurement))}${verdict(measurement)}`,
    ];
  return [
    lead(`The label asks ${two(asked[label])} of ${LETTERS[label]}, which has ${two(passage.scores[label])}.`),
    moves(passage.credit),
    verdict(measurement),
  ];
};

export const definition = widget<State, Clamped>({
  tag: "iem-classes",
  schema,
  title: "What does a label do?",
  lede: [
    "Classes compete by energy, minus their logit. Say which one is right: no score moves, for the forward pass ",
    "never sees the label. The ",
    <b>credit</b>,
    " does. Then let another class win, and smooth the label.",
  ],
  tall: (state) => 860 + ROW * Math.max(0, state.energies.length - 4),
  placesSentence: true,
  read,
  picture,
  sentence,
});
