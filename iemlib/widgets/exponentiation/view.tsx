import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, each, movedBy, pick } from "../marks/controls";
import { capital, continued, LETTERS, percent, signed, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { curve, lettered, level, on, path, plot, ruler, type Span, told, within } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";
import type { Vector } from "../math/array";
import type { Likelihood } from "../math/exponentiation";
import * as exponentiation from "../math/exponentiation";
import { implicit_em, type Mechanism, type Passage, pass } from "../math/mechanism";
import { type State, schema } from "./state";

type Word = State["likelihood"];
/** Every likelihood that is offered, by its name; each takes what it has of the parameters. */
const LIKELIHOODS: Readonly<Record<Word, (parameters: { offset: number; p: number }) => Likelihood>> = exponentiation;
/** The parameters that hands can move, each by the word of the likelihood that has it. */
const PARAMETERS: Partial<Record<Word, { readonly trait: "offset" | "power"; readonly label: string }>> = {
  linear: { trait: "offset", label: "Offset of the line" },
  power: { trait: "power", label: "Power p" },
};

const mechanismOf = (word: Word, { offset, power }: State): Mechanism => ({
  ...implicit_em,
  exponentiation: LIKELIHOODS[word]({ offset, p: power }),
});
const shifted = ({ energies, shift }: State): Vector => energies.map((d) => d + shift);

const read = (state: State): PipeReading => readPipe(mechanismOf(state.likelihood, state), shifted(state));

/** The axis of energies, and the axes above it; a curve that leaves its axis is cut there. */
const ENERGY: Span = { low: -0.5, high: 6 };
const LIKELIHOOD: Span = { low: 0, high: 1.2 };
const HAZARD: Span = { low: 0, high: 2.5 };
const across = (d: number): string => percent(on(d, ENERGY));

/** The axis of a likelihood and the number on it: 1, or for one that the axis cannot hold, its own at energy 0. */
const likelihoodAxis = ({ likelihood }: Likelihood): { readonly axis: Span; readonly number: number } => {
  const [highest, lowest] = [likelihood(ENERGY.low), likelihood(ENERGY.high)];
  const number = likelihood(0);
  return lowest >= LIKELIHOOD.low && number <= LIKELIHOOD.high
    ? { axis: LIKELIHOOD, number: 1 }
    : { axis: { low: Math.min(0, lowest), high: highest }, number };
};

const likelihoodPlot = ({ mechanism, energies }: PipeReading): Child => {
  const { formula, likelihood } = mechanism.exponentiation;
  const { axis, number } = likelihoodAxis(mechanism.exponentiation);
  const zero = within(0, axis);
  const spots = energies.map((d, k) => ({ k, left: across(d), height: within(likelihood(d), axis) }));
  return plot(
    "likelihood-curve",
    ["likelihood ", <i>φ</i>, " = ", <i>{formula}</i>],
    told(lettered(energies.map(likelihood))),
    level(0, axis),
    level(number, axis, null),
    curve(path(likelihood, ENERGY, axis)),
    spots.map(({ k, left, height }) => {
      const bottom = percent(Math.min(zero, height));
      return <i class={`i-stalk ${hue(k)}`} style={{ left, bottom, height: percent(Math.abs(height - zero)) }} />;
    }),
    spots.map(({ k, left, height }) => (
      <span class="i-spot" style={{ left, bottom: percent(height) }}>
        {mark(k)}
      </span>
    )),
  );
};

const hazardPlot = ({ mechanism, energies }: PipeReading): Child => {
  const { hazard } = mechanism.exponentiation;
  const one = within(1, HAZARD);
  const spot = (d: number, k: number): Child => {
    const w = hazard(d);
    // Where the likelihood is below zero, and where it is none, there is no place for it.
    if (!Number.isFinite(w) || w < 0) return null;
    const height = within(w, HAZARD);
    const left = across(d);
    const excess = { left, bottom: percent(Math.min(one, height)), height: percent(Math.abs(height - one)) };
    return [
      <i class="i-excess" style={excess} />,
      <span
        class={w > HAZARD.high ? "i-spot i-small i-beyond" : "i-spot i-small"}
        style={{ left, bottom: percent(height) }}
      >
        {mark(k, false)}
      </span>,
    ];
  };
  return plot(
    "hazard-curve",
    ["hazard ", <i>w</i>, " = −", <i>φ′/φ</i>, ": credit is score × hazard"],
    told(lettered(energies.map(hazard))),
    level(0, HAZARD),
    level(1, HAZARD, "i-one"),
    curve(path(hazard, ENERGY, HAZARD)),
    energies.map(spot),
  );
};

const energyRuler = (state: State, { energies }: PipeReading, hands: Hands<State>): Child =>
  ruler(
    energies,
    ENERGY,
    [0, 2, 4],
    ["energy ", <i>d</i>],
    (k) => ({ ...each(hands, state, "energies", "Energy", k), text: `${two(energies[k])} nats` }),
    state.shift,
  );

/** The likelihoods that are offered, each over the square that it makes of the reader's own energies. */
const choice = (state: State, { energies }: PipeReading, hands: Hands<State>): Child => {
  const options = hands.options("likelihood").map((word) => {
    const mechanism = mechanismOf(word, state);
    const passage = pass(mechanism, energies);
    const { name, formula } = mechanism.exponentiation;
    return {
      value: word,
      label: [name, " ", <i>{formula}</i>],
      picture: unitSquare(passage, energies, { label: `${name}: ${squareInWords(passage)}` }),
    };
  });
  return pick(hands, state, "likelihood", "Likelihood", options);
};

const sliders = (state: State, hands: Hands<State>): Child => {
  const parameter = PARAMETERS[state.likelihood];
  return (
    <div class="i-sliders">
      {dial(hands, state, "shift", "Shift all energies", `${signed(state.shift)} nats`)}
      {parameter && hands.shows(parameter.trait) ? (
        dial(hands, state, parameter.trait, parameter.label)
      ) : (
        <span class="i-slider i-empty" />
      )}
    </div>
  );
};

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => {
  const unshifted = state.shift === 0 ? undefined : pass(reading.mechanism, state.energies).scores;
  return (
    <div>
      {choice(state, reading, hands)}
      {sliders(state, hands)}
      <div class="i-side">
        <div class="i-plots">
          {likelihoodPlot(reading)}
          {hazardPlot(reading)}
          {energyRuler(state, reading, hands)}
        </div>
        {compare(reading.passage, unshifted, "score before the shift")}
      </div>
    </div>
  );
};

/** Less than this is no move: it is what rounding leaves. */
const STILL = 1e-9;

/** What a shift of all energies did to the scores: the exponential's stay, those of the others move. */
const shiftInWords = (before: Passage, { kept, scores }: Passage): Child => {
  const moves = scores.map((s, i) => Math.abs(s - before.scores[i]));
  if (moves.some(Number.isNaN)) return <b>{scores.some(Number.isNaN) ? "a score is lost." : "a score is found."}</b>;
  const most = moves.indexOf(Math.max(...moves));
  if (moves[most] < STILL) return <b>no score moved.</b>;
  const [from, to] = [two(before.scores[most]), two(scores[most])];
  if (from === to) return <b>the scores moved a little.</b>;
  return [<b>the scores moved,</b>, ` ${LETTERS[kept[most]]} from ${from} to ${to}.`];
};

const sentence = (state: State, reading: PipeReading, act: Act<State> | null): Child => {
  const { mechanism, passage, measurement } = reading;
  const { name, formula } = mechanism.exponentiation;
  const facts = `${consequence(passage, measurement)}${verdict(measurement)}`;
  const moved = movedBy(act, "Energy");
  if (act && moved >= 0) {
    const [from, to] = [shifted(act.from)[moved], reading.energies[moved]];
    return [...answer(moved, from, to, read(act.from).passage, passage), ` ${facts}`];
  }
  if (act && act.control === PARAMETERS[state.likelihood]?.trait)
    return ["With ", <b>{`φ = ${formula}`}</b>, ", ", continued(facts)];
  if (state.shift !== 0 && act?.control !== "likelihood")
    return [
      `All energies shifted by ${signed(state.shift)}: every likelihood changed, and `,
      shiftInWords(pass(mechanism, state.energies), passage),
      ` ${facts}`,
    ];
  return [<b>{`${capital(name)}.`}</b>, ` ${facts}`];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-exponentiation",
  schema,
  title: "Why exponentiation?",
  lede: [
    "Four energies sit on a likelihood curve. Choose another curve, then slide all energies by the same amount. ",
    "The lower curve is the ",
    <i>hazard</i>,
    ". The small squares show your own energies under each curve: width is score, area is credit.",
  ],
  tall: (state) => 880 + rowsBeyond(state.energies.length),
  read,
  picture,
  sentence,
});
