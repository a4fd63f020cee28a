import type { Vector } from "../math/array";
import { exponential, linear, power, softplus, type Likelihood } from "../math/exponentiation";
import { implicit_em, pass, type Mechanism } from "../math/mechanism";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import type { State } from "../core/schema";
import { dial, each, pick } from "../marks/controls";
import { LETTERS, percent, signed, two } from "../marks/format";
import { h, type Child } from "../marks/h";
import { hue, mark } from "../marks/marks";
import { curve, level, on, path, plot, ruler, within, type Span } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";

type Kind = Likelihood["kind"];
interface Exponentiation extends State {
  readonly energies: readonly number[];
  readonly likelihood: Kind;
  readonly shift: number;
  readonly offset: number;
  readonly power: number;
}

const KINDS: readonly Kind[] = ["exponential", "linear", "power", "softplus"];
const phi = (kind: Kind, state: Exponentiation): Likelihood => {
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
const mechanism = (kind: Kind, state: Exponentiation): Mechanism => ({ ...implicit_em, exponentiation: phi(kind, state) });
const shifted = (state: Exponentiation): Vector => state.energies.map((d) => d + state.shift);

const read = (state: Exponentiation): PipeReading => readPipe(mechanism(state.likelihood, state), shifted(state));

/** The axis of energies, and the axes above it; a curve that leaves its axis is cut there. */
const ENERGY: Span = { low: -0.5, high: 6 };
const HAZARD: Span = { low: 0, high: 2.5 };
const across = (d: number): string => percent(on(d, ENERGY));
const likelihoodAxis = (state: Exponentiation): Span =>
  state.likelihood === "linear"
    ? { low: Math.min(0, state.offset - ENERGY.high), high: state.offset - ENERGY.low }
    : { low: 0, high: 1.2 };

const plots = (state: Exponentiation, reading: PipeReading, hands: Hands<Exponentiation>): Child => {
  const f = reading.mechanism.exponentiation;
  const axis = likelihoodAxis(state);
  const zero = within(0, axis);
  const spots = reading.energies.map((d, k) => ({ d, k, left: across(d), value: f.value(d), w: f.hazard(d) }));
  return h(
    "div.i-plots",
    null,
    plot(
      "likes",
      ["likelihood ", h("i", null, "φ"), " = ", h("i", null, f.formula)],
      level(0, axis),
      level(state.likelihood === "linear" ? state.offset : 1, axis, null),
      curve(path(f.value, ENERGY, axis)),
      spots.map(({ k, left, value }) =>
        h("i", { class: `i-stalk ${hue(k)}`, style: { left, bottom: percent(Math.min(zero, within(value, axis))), height: percent(Math.abs(within(value, axis) - zero)) } }),
      ),
      spots.map(({ k, left, value }) => h("span.i-spot", { style: { left, bottom: percent(within(value, axis)) } }, mark(k))),
    ),
    plot(
      "hazard",
      ["hazard ", h("i", null, "w"), " = −", h("i", null, "φ′/φ"), ": credit is score × hazard"],
      level(0, HAZARD),
      level(1, HAZARD, "i-one"),
      curve(path(f.hazard, ENERGY, HAZARD)),
      spots.map(({ k, left, w }) =>
        Number.isFinite(w) && w >= 0
          ? [
              h("i.i-excess", { style: { left, bottom: percent(Math.min(within(1, HAZARD), within(w, HAZARD))), height: percent(Math.abs(within(w, HAZARD) - within(1, HAZARD))) } }),
              h("span", { class: w > HAZARD.high ? "i-spot i-small i-beyond" : "i-spot i-small", style: { left, bottom: percent(within(w, HAZARD)) } }, mark(k, false)),
            ]
          : null,
      ),
    ),
    ruler(
      reading.energies,
      ENERGY,
      [0, 2, 4],
      ["energy ", h("i", null, "d")],
      (k) => ({
        ...each(hands, state, "energies", "Energy", k),
        text: `${two(reading.energies[k])} nats`,
      }),
      state.shift,
    ),
  );
};

const LABELS: Readonly<Record<Kind, string>> = { exponential: "exponential", linear: "linear", power: "power law", softplus: "softplus" };

const picture = (state: Exponentiation, reading: PipeReading, hands: Hands<Exponentiation>): Child =>
  h(
    "div.i-expo",
    null,
    pick(
      hands,
      state,
      "likelihood",
      "Likelihood",
      KINDS.map((kind) => {
        const p = pass(mechanism(kind, state), reading.energies);
        return {
          value: kind,
          label: [LABELS[kind], " ", h("i", null, phi(kind, state).formula)],
          picture: unitSquare(p, reading.energies, { label: `${LABELS[kind]}: ${squareInWords(p)}` }),
        };
      }),
    ),
    h(
      "div.i-sliders",
      null,
      dial(hands, state, "shift", "Shift all energies", `${signed(state.shift)} nats`),
      state.likelihood === "linear" && hands.shows("offset")
        ? dial(hands, state, "offset", "Offset of the line")
        : state.likelihood === "power" && hands.shows("power")
          ? dial(hands, state, "power", "Power p")
          : h("span.i-slider.i-empty"),
    ),
    h("div.i-side", null, plots(state, reading, hands), compare(reading.passage, state.shift === 0 ? undefined : pass(reading.mechanism, state.energies).scores, "score before the shift")),
  );

const sentence = (state: Exponentiation, reading: PipeReading, act: Act<Exponentiation> | null): Child => {
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
    return [`With `, h("b", null, `φ = ${reading.mechanism.exponentiation.formula}`), ", ", lower(rest.trim())];
  if (state.shift !== 0 && control !== "likelihood") {
    const unmoved = pass(reading.mechanism, state.energies);
    const moved = passage.scores.map((s, i) => Math.abs(s - unmoved.scores[i]));
    const most = moved.indexOf(Math.max(...moved));
    const what = moved.some(Number.isNaN)
      ? h("b", null, passage.scores.some(Number.isNaN) ? "a score is lost." : "a score is found.")
      : moved[most] < 1e-9
        ? h("b", null, "no score moved.")
        : two(unmoved.scores[most]) === two(passage.scores[most])
          ? h("b", null, "the scores moved a little.")
          : [h("b", null, "the scores moved,"), ` ${LETTERS[passage.kept[most]]} from ${two(unmoved.scores[most])} to ${two(passage.scores[most])}.`];
    return [`All energies shifted by ${signed(state.shift)}: every likelihood changed, and `, what, rest];
  }
  return [h("b", null, `${name[0].toUpperCase()}${name.slice(1)}.`), rest];
};
const lower = (text: string): string => (/^[A-Z] /.test(text) ? text : text[0].toLowerCase() + text.slice(1));

export const definition = widget<Exponentiation, PipeReading>({
  tag: "iem-exponentiation",
  title: "Why exponentiation?",
  lede: [
    "Four energies sit on a likelihood curve. Choose another curve, then slide all energies by the same amount. The lower curve is the ",
    h("i", null, "hazard"),
    ". The small squares show your own energies under each curve: width is score, area is credit.",
  ],
  tall: (state) => 880 + rowsBeyond(state.energies.length),
  read,
  picture,
  sentence,
});
