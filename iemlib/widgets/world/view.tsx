import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, pick, type Range } from "../marks/controls";
import { LETTERS, percent, two } from "../marks/format";
import { mark } from "../marks/marks";
import { curve, lettered, path, type Span, told, within } from "../marks/plot";
import { compare } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";
import type { Vector } from "../math/array";
import { cauchy, distance, type Kernel, squared_distance } from "../math/energies";
import { implicit_em, type Mechanism, type Passage, pass } from "../math/mechanism";
import { reject } from "../math/normalization/reject";
import { type State, schema } from "./state";

const PROTOTYPES: readonly Vector[] = [
  [-1.2, 0.4],
  [0.8, 0.4],
  [0.2, -1],
];
interface Energy {
  readonly kernel: Kernel;
  /** At a distance δ, and as the sentence says it. */
  readonly formula: string;
  readonly spoken: string;
}
const ENERGIES: Readonly<Record<State["kernel"], Energy>> = {
  squared_distance: { kernel: squared_distance, formula: "½δ²", spoken: "squared distance" },
  distance: { kernel: distance, formula: "δ", spoken: "distance" },
  cauchy: { kernel: cauchy, formula: "log(1 + δ²)", spoken: "log(1 + δ²)" },
};
const ANSWERS: Readonly<Record<State["beyond"], string>> = {
  nothing: "nothing",
  background: "add D",
  threshold: "reject",
};

/** Where z is, or would be at another distance in its direction. */
const pointOf = (state: State, far = state.distance): readonly [number, number] => {
  const angle = (state.direction * Math.PI) / 180;
  return [far * Math.cos(angle), far * Math.sin(angle)];
};
const energies = (state: State, far?: number): Vector => {
  const known = ENERGIES[state.kernel].kernel(pointOf(state, far), PROTOTYPES);
  return state.beyond === "background" ? [...known, state.level] : known;
};
const mechanism = (state: State): Mechanism =>
  state.beyond === "threshold" ? { ...implicit_em, normalization: reject({ threshold: -state.level }) } : implicit_em;
const passed = (state: State, far?: number): Passage => pass(mechanism(state), energies(state, far));
/** L of the three known hypotheses alone, whatever is done about strangers. */
const evidence = (state: State, far?: number): number => passed({ ...state, beyond: "nothing" }, far).value;
const known = (scores: Vector): Vector => scores.slice(0, PROTOTYPES.length);

/** A number as short as it can be, with two decimals at most. */
const plain = (v: number): string => String(Number(v.toFixed(2))).replace("-", "−");

/** The plane that is shown, in widths and heights; and where z waits, before its edge, when it lies beyond. */
const PLANE = { width: 8, height: 6 };
const EDGE = { x: 3.4, y: 2.4 };
/** Room about the small squares: for the marks beneath, and half a line at each side. */
const ROOM = { left: -0.03, right: 1.03, floor: -0.1, ceiling: 1 };

const onPlane = (x: number, y: number): Record<string, string> => ({
  left: percent(0.5 + x / PLANE.width),
  bottom: percent(0.5 + y / PLANE.height),
});
/** Slices of a disc, as a background; none where nobody has a share. */
const sliced = (scores: Vector): string => {
  let end = 0;
  const slices = scores.map((share, h) => {
    const start = end;
    end += share;
    return `var(--iem-${LETTERS[h]}) ${percent(start)} ${percent(end)}`;
  });
  return end > 0 ? `conic-gradient(${slices.join()})` : "none";
};

/** The prototypes and z, sliced by its responsibilities, and hollow where nobody has any. */
const plane = (state: State, scores: Vector): Child => {
  const [x, y] = pointOf(state);
  const inside = Math.min(1, EDGE.x / Math.abs(x), EDGE.y / Math.abs(y));
  return (
    <div class="i-plot i-plane">
      {told(`z at ${plain(state.direction)}°, ${plain(state.distance)} away. Shares: ${lettered(scores)}`)}
      {PROTOTYPES.map(([across, up], k) => (
        <span class="i-spot" style={onPlane(across, up)}>
          {mark(k)}
        </span>
      ))}
      <i
        class={inside < 1 ? "i-spot i-point i-past-edge" : "i-spot i-point"}
        style={{
          ...onPlane(x * inside, y * inside),
          rotate: `${-state.direction}deg`,
          background: sliced(scores),
        }}
      />
    </div>
  );
};

/** Distance goes by decades: from 1 to 1000, and its slider in as many steps in each. */
const DECADES = Math.log10(schema.distance.high);
const STEPS = 40;
const SAMPLES = 60;
const DIGITS = 3;

/** How far up a number is drawn, and the numbers that get a line. */
interface Axis {
  readonly scale: (v: number) => number;
  readonly span: Span;
  readonly levels: Vector;
}
const SHARE: Axis = { scale: (v) => v, span: { low: 0, high: 1 }, levels: [0, 1] };
/** L goes as asinh L, so that both a nat and a million are seen. */
const objectiveAxis = (first: number): Axis => ({
  scale: Math.asinh,
  span: { low: -14.6, high: 1.2 },
  levels: [first, -1000, -1e5],
});
/** What depends on the distance of z alone. */
type ByDistance = (far: number) => number;
interface Lines {
  readonly solid: ByDistance;
  readonly dashed: ByDistance | false;
}

/** Numbers over the distance along the reader's direction; while a guess is awaited, only where z is. */
const overDistance = (
  state: State,
  hands: Hands<State>,
  name: string,
  more: string | false,
  axis: Axis,
  lines: Lines,
): Child => {
  const left = percent(Math.log10(state.distance) / DECADES);
  const height = (v: number): string => percent(within(axis.scale(v), axis.span));
  const line = (of: ByDistance, look: string): Child => {
    const scaled = (decade: number): number => axis.scale(of(10 ** decade));
    return curve(path(scaled, { low: 0, high: DECADES }, axis.span, SAMPLES), look);
  };
  return (
    <div>
      <p class="i-caption">{[name, more]}</p>
      <div class="i-plot i-over-distance">
        {told(`${name}: ${two(lines.solid(state.distance))} at distance ${plain(state.distance)}`)}
        {axis.levels.map((v) => [
          <i class="i-base" style={{ bottom: height(v) }} />,
          <span class="i-ylabel" style={{ bottom: height(v) }} aria-hidden="true">
            {plain(v)}
          </span>,
        ])}
        {[0, 1, 2, 3].map((decade) => (
          <span class="i-xlabel" style={{ left: percent(decade / DECADES) }} aria-hidden="true">
            {plain(10 ** decade)}
          </span>
        ))}
        {!hands.waiting && line(lines.solid, "")}
        {!hands.waiting && lines.dashed && line(lines.dashed, "i-dashed")}
        <i class="i-yaxis" style={{ left }} />
        <i class="i-spot i-point" style={{ left, bottom: height(lines.solid(state.distance)) }} />
      </div>
    </div>
  );
};

const sharePlot = (state: State, hands: Hands<State>): Child => {
  const background = state.beyond === "background";
  return overDistance(state, hands, "Largest share of A, B, C", background && "; dashed: of D", SHARE, {
    solid: (far) => Math.max(...known(passed(state, far).scores)),
    dashed: background && ((far) => passed(state, far).scores[PROTOTYPES.length]),
  });
};
const objectivePlot = (state: State, hands: Hands<State>): Child => {
  const answered = state.beyond !== "nothing";
  const more = answered && "; dashed: of A, B, C alone";
  return overDistance(state, hands, "L, drawn as asinh L", more, objectiveAxis(answered ? -state.level : 0), {
    solid: (far) => passed(state, far).value,
    dashed: answered && ((far) => evidence(state, far)),
  });
};

/** Radio buttons, each under the unit square that its word would make of the reader's state. */
const choose = <K extends "kernel" | "beyond">(
  hands: Hands<State>,
  state: State,
  trait: K,
  legend: string,
  label: (value: State[K]) => string,
): Child =>
  pick(
    hands,
    state,
    trait,
    legend,
    hands.options(trait).map((value) => {
      const other = { ...state, [trait]: value };
      const p = passed(other);
      return {
        value,
        label: label(value),
        picture: unitSquare(p, energies(other), { room: ROOM, label: squareInWords(p) }),
      };
    }),
  );

/** A dial whose value is written as short as it can be. */
const slide = (
  hands: Hands<State>,
  state: State,
  trait: "direction" | "distance" | "level",
  label: string,
  text: string,
  more?: Partial<Range>,
): Child => dial(hands, state, trait, label, text, more);

const distanceDial = (hands: Hands<State>, state: State): Child =>
  slide(hands, state, "distance", "Distance", plain(state.distance), {
    low: 0,
    high: DECADES * STEPS,
    step: 1,
    value: Math.log10(state.distance) * STEPS,
    moved: (step) => hands.set({ distance: Number((10 ** (step / STEPS)).toPrecision(DIGITS)) }, "distance", true),
  });
const levelDial = (hands: Hands<State>, state: State): Child => {
  switch (state.beyond) {
    case "nothing":
      return <span class="i-slider i-empty" />;
    case "background":
      return slide(hands, state, "level", "Energy of D", plain(state.level));
    case "threshold":
      return slide(hands, state, "level", "Reject if L ≤", plain(-state.level));
  }
};

const picture = (state: State, { passage }: PipeReading, hands: Hands<State>): Child => (
  <div class="i-world">
    <div class="i-side">
      {choose(hands, state, "kernel", "Energy at distance δ", (kernel) => ENERGIES[kernel].formula)}
      {choose(hands, state, "beyond", "For strangers", (answer) => ANSWERS[answer])}
    </div>
    <div class="i-sliders">
      {distanceDial(hands, state)}
      {levelDial(hands, state)}
    </div>
    <div class="i-side i-views">
      <div>
        {slide(hands, state, "direction", "Direction", `${plain(state.direction)}°`)}
        {plane(state, passage.scores)}
      </div>
      {compare(passage)}
      {sharePlot(state, hands)}
      {objectivePlot(state, hands)}
    </div>
  </div>
);

const sentence = (state: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => {
  const control = act?.control ?? "distance";
  /** Bold where one of these was moved last. */
  const bold = (text: string, ...of: readonly string[]): Child => [of.includes(control) ? <b>{text}</b> : text, " "];
  const from = act && ["direction", "distance"].includes(control) ? act.from : state;
  const went = (what: string, of: (state: State) => number): string => {
    const [was, is] = [two(of(from)), two(of(state))];
    return was === is ? `${what} is ${is}` : `${what} went from ${was} to ${is}`;
  };
  const largest = went("the largest share", (of) => Math.max(...passed(of).scores));
  const kept = evidence(state) > -state.level;
  const level = plain(state.level);
  return [
    bold(`At ${plain(state.direction)}°, z is ${plain(state.distance)} away.`, "direction", "distance"),
    bold(`By ${ENERGIES[state.kernel].spoken},`, "kernel"),
    `${largest} and ${went("L of the known", evidence)}. `,
    state.beyond === "background" &&
      bold(`D, of energy ${level}, takes ${two(passage.scores[PROTOTYPES.length])}.`, "beyond", "level"),
    state.beyond === "threshold" &&
      bold(
        `That is ${kept ? "" : "not "}above ${plain(-state.level)}: z is ${kept ? "kept" : "rejected"}.`,
        "beyond",
        "level",
      ),
    consequence(passage, measurement) + verdict(measurement),
  ];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-world",
  schema,
  title: "How far is far?",
  lede:
    "Send z away: rings are 1 apart. Its slices are its responsibilities, " +
    "and the small squares show them under each energy and answer.",
  tall: () => 880,
  read: (state) => readPipe(mechanism(state), energies(state)),
  picture,
  sentence,
});
