/** A number z came from plus or from minus: tanh is the seam between their shares, and a narrow width makes it a step. */
import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, range } from "../marks/controls";
import { percent, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { level, on, path, plot, ruler, type Span, sheet, ticks, told, within } from "../marks/plot";
import { compare } from "../marks/rows";
import { verdict } from "../marks/sentence";
import type { Vector } from "../math/array";
import { squared_distance } from "../math/energies";
import { implicit_em } from "../math/mechanism";
import { log_sum_exp, responsibilities } from "../math/softmin";
import { type State, schema } from "./state";

const NAMES = ["+", "−"] as const;
/** As they are heard and written out. */
const WORDS = ["plus", "minus"] as const;
const [PLUS, MINUS] = [0, 1] as const;

/** What two shares make of z: a sign, a gate, and log-sum-exp. */
interface Made {
  /** r₊ − r₋. */
  readonly difference: number;
  /** z r₊. */
  readonly gated: number;
  /** τ log(exp(z/τ) + 1), τ = σ²/2m: log-sum-exp of −z and 0, whose responsibilities are those of the two. */
  readonly softplus: number;
}
interface Signs extends PipeReading, Made {}

/** (z ∓ m)²/2σ²: squared distances, measured in widths. */
const energies = ({ mean, width }: State, z: number): Vector =>
  squared_distance([z / width], [[mean / width], [-mean / width]]);
const made = (state: State, z: number, [plus, minus]: Vector = responsibilities(energies(state, z))): Made => ({
  difference: plus - minus,
  gated: z * plus,
  softplus: log_sum_exp([-z, 0], state.width ** 2 / (2 * state.mean)),
});

const read = (state: State): Signs => {
  const pipe = readPipe(implicit_em, energies(state, state.z), WORDS);
  const { scores } = pipe.passage;
  const numbers = made(state, state.z, scores);
  const { head, rows, note } = pipe.numbers;
  const parts = (k: number): readonly number[] => [
    k === PLUS ? scores[k] : -scores[k],
    state.z * scores[k],
    numbers.softplus,
  ];
  return {
    ...pipe,
    ...numbers,
    numbers: {
      head: [...head, "sign × score", "z × score", "softplus"],
      rows: rows.map((row, k) => [...row, ...parts(k)]),
      ...(note && { note }),
    },
  };
};

// ------------------------------------------------------------------------------------ plots over z

const { low, high } = schema.z;
const LINE: Span = { low, high };
const TICKS = [-3, -2, -1, 0, 1, 2, 3];
const LIKELIHOOD: Span = { low: 0, high: 1.1 };
const SIGN: Span = { low: -1, high: 1 };
const GATE: Span = { low: -1.1, high: 3.6 };
/** Points of a curve; one that is as steep as a wall has its step between two of them. */
const FINE = 240;

const across = (z: number): string => percent(on(z, LINE));
const curveOf = (f: (z: number) => number, y: Span): string => path(f, LINE, y, FINE);

/** How likely z is under each, and their two places, which move together. */
const likelihoods = (state: State, { passage }: Signs, hands: Hands<State>): Child => {
  const plus = range(hands, state, "mean", "Mean of plus");
  const minus = {
    ...plus,
    label: "Mean of minus",
    low: -plus.high,
    high: -plus.low,
    value: -plus.value,
    moved: (value: number) => plus.moved(-value),
  };
  return [
    plot(
      "bells",
      ["likelihood ", <i>φ</i>, " of ", <i>z</i>, " under each"],
      told(`At z: plus ${two(passage.likelihoods[PLUS])}, minus ${two(passage.likelihoods[MINUS])}`),
      level(0, LIKELIHOOD),
      level(1, LIKELIHOOD, null),
      sheet(
        [MINUS, PLUS].map((k) => {
          const d = curveOf((z) => Math.exp(-energies(state, z)[k]), LIKELIHOOD);
          return [<path class={`i-area ${hue(k)}`} d={`${d}V100H0Z`} />, <path class={hue(k)} d={d} />];
        }),
      ),
      passage.likelihoods.map((likelihood, k) => (
        <span class="i-spot i-small" style={{ left: across(state.z), bottom: percent(within(likelihood, LIKELIHOOD)) }}>
          {mark(k, false)}
        </span>
      )),
    ),
    ruler(
      [state.mean, -state.mean],
      LINE,
      [],
      null,
      (k) => (k === PLUS ? plus : minus),
      0,
      (k) => mark(k, NAMES[k]),
    ),
  ];
};

/** Shares laid upon each other at every z: plus below, minus above, and tanh is where they meet. */
const seam = (state: State, { difference }: Signs): Child => {
  const d = curveOf((z) => made(state, z).difference, SIGN);
  return plot(
    "seam",
    [<i>r₊ − r₋ = tanh(mz/σ²)</i>, ", the seam between the two shares; dashed: sign"],
    told(`At z: the difference of the shares is ${two(difference)}`),
    [-1, 0, 1].map((v) => level(v, SIGN)),
    sheet(
      <path class={`i-area ${hue(PLUS)}`} d={`${d}V100H0Z`} />,
      <path class={`i-area ${hue(MINUS)}`} d={`${d}V0H0Z`} />,
      <path class="i-limit" d="M0 100H50V0H100" />,
      <path d={d} />,
    ),
    <i class={`i-share-at ${hue(PLUS)}`} style={{ left: across(state.z), height: percent(on(difference, SIGN)) }} />,
    <i
      class={`i-share-at i-rest ${hue(MINUS)}`}
      style={{ left: across(state.z), height: percent(1 - on(difference, SIGN)) }}
    />,
    spot(state.z, difference, SIGN, difference > 0 ? "i-meets-at i-number-below" : "i-meets-at"),
  );
};

/** Where a curve is at z, with its number beside it. */
const spot = (z: number, v: number, y: Span, look: string): Child => (
  <span
    class={`i-spot ${look}${z > high / 2 ? " i-leftwards" : ""}`}
    style={{ left: across(z), bottom: percent(within(v, y)) }}
  >
    <b aria-hidden="true">{two(v)}</b>
  </span>
);

/** What plus lets through of z, and log-sum-exp: softly from below, softly from above, and the hard one between. */
const gate = (state: State, { gated, softplus }: Signs): Child =>
  plot(
    "let-through",
    [<i>z r₊</i>, " from below, ", <i>softplus</i>, " from above; dashed, between them: ReLU"],
    told(`At z: z times the share of plus is ${two(gated)}, softplus is ${two(softplus)}`),
    level(0, GATE),
    [1, 2, 3].map((v) => level(v, GATE, null)),
    sheet(
      <path class="i-limit" d={curveOf((z) => Math.max(0, z), GATE)} />,
      <path class="i-softly" d={curveOf((z) => made(state, z).softplus, GATE)} />,
      <path d={curveOf((z) => made(state, z).gated, GATE)} />,
    ),
    spot(state.z, softplus, GATE, "i-soft-point"),
    spot(state.z, gated, GATE, "i-soft-point i-gated i-number-below"),
  );

/** The number under its line, to be taken hold of; its value stands where the last two ticks would. */
const datum = (state: State, hands: Hands<State>): Child =>
  ruler(
    [state.z],
    LINE,
    TICKS.slice(0, -2),
    [<i>z</i>, ` = ${two(state.z)}`],
    () => range(hands, state, "z", "The number z"),
    0,
    () => <b>z</b>,
  );

const picture = (state: State, reading: Signs, hands: Hands<State>): Child => {
  const places = { "--z": across(state.z) };
  return (
    <div class="i-signs">
      <div class="i-side">
        <div class="i-plots i-places" style={places}>
          {likelihoods(state, reading, hands)}
          {seam(state, reading)}
          {datum(state, hands)}
        </div>
        <div>
          {dial(hands, state, "width", "Width σ")}
          {compare(reading.passage, undefined, undefined, undefined, NAMES, WORDS)}
          <div class="i-plots i-places" style={places}>
            {gate(state, reading)}
            <div class="i-plot i-gate-scale" aria-hidden="true">
              {ticks(TICKS, LINE)}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
};

// ------------------------------------------------------------------------------------ words

/** Less than two decimals show. */
const UNSEEN = 0.005;

const event = ({ z, mean, width }: State, act: Act<State> | null): string => {
  if (act?.control === "width") return `The width σ is ${two(width)}:`;
  if (act?.control === "mean") return `Plus and minus stand ${two(2 * mean)} apart:`;
  return `At z = ${two(z)}`;
};

const sentence = (state: State, reading: Signs, act: Act<State> | null): Child => {
  const { passage, measurement, difference, gated, softplus } = reading;
  const [plus, minus] = passage.scores.map(two);
  const relu = Math.max(0, state.z);
  const hard =
    state.z !== 0 && [Math.abs(difference) - 1, gated - relu, softplus - relu].every((v) => Math.abs(v) < UNSEEN);
  return [
    <b>{event(state, act)}</b>,
    ` plus has ${plus} and minus has ${minus}. Their difference is tanh, ${two(difference)}.`,
    ` Of z, plus lets through ${two(gated)}; softplus is ${two(softplus)}, and between the two ReLU is ${two(relu)}.`,
    state.z === 0 && " At no width has one of them more: sign has to choose.",
    hard && " To two decimals tanh is sign here, and all three are ReLU.",
    verdict(measurement),
  ];
};

export const definition = widget<State, Signs>({
  tag: "iem-sign",
  schema,
  title: "Plus or minus?",
  lede: [
    "One number ",
    <i>z</i>,
    ", and two hypotheses: it came from ",
    <i>m</i>,
    " or from ",
    <i>−m</i>,
    ". Drag ",
    <i>z</i>,
    " and the two marks; then make the width small, and see what is left.",
  ],
  tall: () => 740,
  read,
  picture,
  sentence,
});
