import type { Vector } from "../math/array";
import { exponential, linear, power, softplus, type Likelihood } from "../math/exponentiation";
import { implicit_em, pass, type Mechanism } from "../math/mechanism";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { dial, each, pick } from "../marks/controls";
import { LETTERS, percent, signed, two } from "../marks/format";
import type { Child } from "../core/widget";
import { hue, mark } from "../marks/marks";
import { curve, level, on, path, plot, ruler, within, type Span } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";

type Kind = Likelihood["kind"];

const KINDS: readonly Kind[] = ["exponential", "linear", "power", "softplus"];
const phi = (kind: Kind, state: State): Likelihood => {
  switch (kind) {
    case "exponential":
      return exponential();
    case "linear":
      return linear(state.offset);
    case "power":
      return power(state.power);
    case "softplus":
      return softplus();
  }
};
const mechanism = (kind: Kind, state: State): Mechanism => ({
  ...implicit_em,
  exponentiation: phi(kind, state),
});
const shifted = (state: State): Vector => state.energies.map((d) => d + state.shift);

const read = (state: State): PipeReading => readPipe(mechanism(state.likelihood, state), shifted(state));

/** The axis of energies, and the axes above it; a curve that leaves its axis is cut there. */
const ENERGY: Span = { low: -0.5, high: 6 };
const HAZARD: Span = { low: 0, high: 2.5 };
const across = (d: number): string => percent(on(d, ENERGY));
const likelihoodAxis = (state: State): Span =>
  state.likelihood === "linear"
    ? { low: Math.min(0, state.offset - ENERGY.high), high: state.offset - ENERGY.low }
    : { low: 0, high: 1.2 };

const plots = (state: State, reading: PipeReading, hands: Hands<State>): Child => {
  const f = reading.mechanism.exponentiation;
  const axis = likelihoodAxis(state);
  const zero = within(0, axis);
  const spots = reading.energies.map((d, k) => ({ d, k, left: across(d), value: f.value(d), w: f.hazard(d) }));
  return (
    <div class="i-plots">
      {plot(
        "likelihood-curve",
        ["likelihood ", <i>φ</i>, " = ", <i>{f.formula}</i>],
        level(0, axis),
        level(state.likelihood === "linear" ? state.offset : 1, axis, null),
        curve(path(f.value, ENERGY, axis)),
        spots.map(({ k, left, value }) => (
          <i
            class={`i-stalk ${hue(k)}`}
            style={{
              left,
              bottom: percent(Math.min(zero, within(value, axis))),
              height: percent(Math.abs(within(value, axis) - zero)),
            }}
          />
        )),
        spots.map(({ k, left, value }) => (
          <span class="i-spot" style={{ left, bottom: percent(within(value, axis)) }}>
            {mark(k)}
          </span>
        )),
      )}
      {plot(
        "hazard-curve",
        ["hazard ", <i>w</i>, " = −", <i>φ′/φ</i>, ": credit is score × hazard"],
        level(0, HAZARD),
        level(1, HAZARD, "i-one"),
        curve(path(f.hazard, ENERGY, HAZARD)),
        spots.map(({ k, left, w }) =>
          Number.isFinite(w) && w >= 0
            ? [
                <i
                  class="i-excess"
                  style={{
                    left,
                    bottom: percent(Math.min(within(1, HAZARD), within(w, HAZARD))),
                    height: percent(Math.abs(within(w, HAZARD) - within(1, HAZARD))),
                  }}
                />,
                <span
                  class={w > HAZARD.high ? "i-spot i-small i-beyond" : "i-spot i-small"}
                  style={{ left, bottom: percent(within(w, HAZARD)) }}
                >
                  {mark(k, false)}
                </span>,
              ]
            : null,
        ),
      )}
      {ruler(
        reading.energies,
        ENERGY,
        [0, 2, 4],
        ["energy ", <i>d</i>],
        (k) => ({
          ...each(hands, state, "energies", "Energy", k),
          text: `${two(reading.energies[k])} nats`,
        }),
        state.shift,
      )}
    </div>
  );
};

const LABELS: Readonly<Record<Kind, string>> = {
  exponential: "exponential",
  linear: "linear",
  power: "power law",
  softplus: "softplus",
};

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => (
  <div class="i-exponentiation">
    {pick(
      hands,
      state,
      "likelihood",
      "Likelihood",
      KINDS.map((kind) => {
        const p = pass(mechanism(kind, state), reading.energies);
        return {
          value: kind,
          label: [LABELS[kind], " ", <i>{phi(kind, state).formula}</i>],
          picture: unitSquare(p, reading.energies, { label: `${LABELS[kind]}: ${squareInWords(p)}` }),
        };
      }),
    )}
    <div class="i-sliders">
      {dial(hands, state, "shift", "Shift all energies", `${signed(state.shift)} nats`)}
      {state.likelihood === "linear" && hands.shows("offset") ? (
        dial(hands, state, "offset", "Offset of the line")
      ) : state.likelihood === "power" && hands.shows("power") ? (
        dial(hands, state, "power", "Power p")
      ) : (
        <span class="i-slider i-empty" />
      )}
    </div>
    <div class="i-side">
      {plots(state, reading, hands)}
      {compare(
        reading.passage,
        state.shift === 0 ? undefined : pass(reading.mechanism, state.energies).scores,
        "score before the shift",
      )}
    </div>
  </div>
);

const sentence = (state: State, reading: PipeReading, act: Act<State> | null): Child => {
  const { passage, measurement } = reading;
  const rest = ` ${consequence(passage, measurement)}${verdict(measurement)}`;
  const name = LABELS[state.likelihood];
  const control = act?.control ?? "";
  const energy = /^energy-(\d)$/.exec(control);
  if (act && energy) {
    const k = Number(energy[1]);
    const [from, to] = [shifted(act.from)[k], reading.energies[k]];
    return [...answer(k, from, to, read(act.from).passage, passage), rest];
  }
  if (act && (control === "offset" || control === "power"))
    return [`With `, <b>{`φ = ${reading.mechanism.exponentiation.formula}`}</b>, ", ", lower(rest.trim())];
  if (state.shift !== 0 && control !== "likelihood") {
    const unmoved = pass(reading.mechanism, state.energies);
    const moved = passage.scores.map((s, i) => Math.abs(s - unmoved.scores[i]));
    const most = moved.indexOf(Math.max(...moved));
    const what = moved.some(Number.isNaN) ? (
      <b>{passage.scores.some(Number.isNaN) ? "a score is lost." : "a score is found."}</b>
    ) : moved[most] < 1e-9 ? (
      <b>no score moved.</b>
    ) : two(unmoved.scores[most]) === two(passage.scores[most]) ? (
      <b>the scores moved a little.</b>
    ) : (
      [
        <b>the scores moved,</b>,
        ` ${LETTERS[passage.kept[most]]} from ${two(unmoved.scores[most])} to ${two(passage.scores[most])}.`,
      ]
    );
    return [`All energies shifted by ${signed(state.shift)}: every likelihood changed, and `, what, rest];
  }
  return [<b>{`${name[0].toUpperCase()}${name.slice(1)}.`}</b>, rest];
};
const lower = (text: string): string => (/^[A-Z] /.test(text) ? text : text[0].toLowerCase() + text.slice(1));

export const definition = widget<State, PipeReading>({
  tag: "iem-exponentiation",
  schema,
  title: "Why exponentiation?",
  lede: [
    "Four energies sit on a likelihood curve. Choose another curve, then slide all energies by the same amount. The lower curve is the ",
    <i>hazard</i>,
    ". The small squares show your own energies under each curve: width is score, area is credit.",
  ],
  tall: (state) => 880 + rowsBeyond(state.energies.length),
  read,
  picture,
  sentence,
});
