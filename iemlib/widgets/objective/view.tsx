/** A walker on L, a landscape over two energies, with the unit square hung on him: in a slice of it, and on its map. */
import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, ghost, pick, range } from "../marks/controls";
import { LETTERS, percent, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { curve, lettered, level, on, path, type Span, ticks, told } from "../marks/plot";
import { same } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";
import { implicit_em, type Mechanism, type Passage, pass } from "../math/mechanism";
import { fenchel_young } from "../math/objective/conjugates";
import type { Objective } from "../math/objective/part";
import { expected_energy, log_sum_exp } from "../math/objective/scored";
import { maximum, mean, total } from "../math/objective/unscored";
import { type State, schema } from "./state";

/** Every objective that is offered, by its name; each takes what it has of the index. */
const OBJECTIVES: Readonly<Record<State["objective"], (parameters: { alpha: number }) => Objective>> = {
  log_sum_exp,
  expected_energy,
  mean,
  maximum,
  total,
  fenchel_young,
};
const part = (word: State["objective"], { alpha }: State): Objective => OBJECTIVES[word]({ alpha });

const read = (state: State): PipeReading =>
  readPipe({ ...implicit_em, objective: part(state.objective, state), temperature: state.temperature }, [
    state.energy_a,
    state.energy_b,
  ]);

const ENERGIES = ["energy_a", "energy_b"] as const;
/** A hypothesis by its place: A on the axis below, B on the one at the left. */
type Hypothesis = 0 | 1;

// ------------------------------------------------------------------------------------ the ground

/** Energies that the hands can set; both axes reach one nat below, where the square hangs with its filled edge. */
const { high: HIGH } = schema.energy_a;
const EDGE = 0.2;
const AXIS: Span = { low: -1 - EDGE, high: HIGH + EDGE };
const WIDE = AXIS.high - AXIS.low;
const TICKS = [0, 1, 2];

const at = (energy: number): string => percent(on(energy, AXIS));
/** Moved right by x and up by y. */
const moved = (x: number, y: number): string => `translate(${x.toFixed(4)} ${(-y).toFixed(4)})`;
const line = (d: string, look?: string, transform?: string): Child => <path class={look} d={d} transform={transform} />;

/** A drawing in nats, whose upper edge is at `top`: what is drawn counts from the walker, who stands at (x, y). */
const drawing = (top: number, x: number, y: number, ...inside: Child[]): Child => (
  <svg class="i-nats" viewBox={`${AXIS.low} ${-top} ${WIDE} ${WIDE}`} aria-hidden="true">
    <g transform={moved(x, y)}>
      {inside}
      <circle r={0.06} />
    </g>
  </svg>
);

/** A mark on its axis is the handle of its energy. */
const axis = (state: State, hands: Hands<State>, k: Hypothesis, where: string): Child => {
  const trait = ENERGIES[k];
  const energy = state[trait];
  const input = range(hands, state, trait, `Energy of ${LETTERS[k]}, ${where}`, `${two(energy)} nats`, "energies");
  return (
    <div
      class={k === 0 ? "i-plot i-ruler" : "i-plot i-upright"}
      style={{ "--at": at(energy), "--from": at(0), "--to": at(HIGH) }}
    >
      {k === 0 ? ticks(TICKS, AXIS) : TICKS.map((v) => level(v, AXIS, null))}
      <span class="i-handle">{mark(k)}</span>
      {ghost(input)}
    </div>
  );
};

/** A ground under its title, with A's axis below; what it shows is told to those who do not see it. */
const view = (
  title: string,
  words: string,
  shown: string,
  state: State,
  hands: Hands<State>,
  ...inside: Child[]
): Child => (
  <div class="i-view">
    <p class="i-caption">
      <b>{title}</b>
      {words}
    </p>
    <div class="i-plot i-ground">
      {told(shown)}
      {inside}
      {axis(state, hands, 0, title.toLowerCase())}
    </div>
  </div>
);

// ------------------------------------------------------------------------------------ the slice

/** Heights that are seen: L may fall by the width of the ground, and the square has room above the walker. */
const heights = (L: (a: number, b: number) => number, value: number): Span => {
  const low = Math.max(L(HIGH, HIGH), value - HIGH) - EDGE;
  return { low, high: low + WIDE };
};

/** The scores, one upon the other at the left edge of the square. */
const filledEdge = ({ d, scores, value }: Passage, rise: Span): Child =>
  scores.map((s, k) => (
    <i
      class={`i-piece ${hue(k)}`}
      style={{
        left: at(d[0] - 1 - EDGE),
        width: percent(EDGE / WIDE),
        bottom: percent(on(value + k * scores[0], rise)),
        height: percent(s / WIDE),
      }}
    >
      {s > EDGE && <b>{LETTERS[k]}</b>}
    </i>
  ));

const slice = (state: State, { mechanism, passage }: PipeReading, hands: Hands<State>): Child => {
  const { d, scores, credit, value } = passage;
  const L = (a: number, b: number): number => pass(mechanism, [a, b]).value;
  const rise = heights(L, value);
  const meets = same(scores[0], credit[0]);
  return view(
    "Slice",
    " of L along A’s energy. Over a run of 1 the tangent rises by A’s credit; the seam is at A’s score.",
    `At ${two(d[0])} nats L is ${two(value)}: the tangent rises by ${two(credit[0])}, the seam is at ${two(scores[0])}.`,
    state,
    hands,
    drawing(
      rise.high,
      d[0],
      value,
      line(`M0 0V${WIDE}`, `i-plumb ${hue(0)}`),
      line("M-1 0V-1H0V0Z", "i-unit"),
      <text x={-0.55} y={0.17} font-size={0.15}>
        1
      </text>,
      line(`M-.97 ${-scores[0]}V${-credit[0]}`, "i-gap"),
      line("M-1.2 0H1", undefined, `matrix(1 ${credit[0].toFixed(4)} 0 1 0 0)`),
    ),
    curve(path((a) => L(a, d[1]), AXIS, rise)),
    filledEdge(passage, rise),
    <span
      class={meets ? "i-spot i-knob i-meets" : "i-spot i-knob"}
      style={{ left: at(d[0] - 1), bottom: percent(on(value + credit[0], rise)) }}
      aria-hidden="true"
    >
      <b>{two(credit[0])}</b>
    </span>,
  );
};

// ------------------------------------------------------------------------------------ the map

const LINES = 12;
/** From one line to the next, each energy rises by so much; so the first of them passes below the map. */
const APART = 0.5;
const FIRST = -3;
/** Points to either side of the diagonal. */
const POINTS = 20;

/**
 * Lines of equal L: one line, moved along the diagonal. For when both energies rise by a, all objectives here fall by
 * a, but for the total: that falls by the factor exp(−a/τ).
 */
const contours = (mechanism: Mechanism): string => {
  const L = (gap: number): number => pass(mechanism, [gap, -gap]).value;
  const middle = L(0);
  const rise = (gap: number): number =>
    mechanism.objective.kind === "total" ? mechanism.temperature * Math.log(L(gap) / middle) : L(gap) - middle;
  const points = Array.from({ length: 2 * POINTS + 1 }, (_, i) => {
    // Close to each other near the diagonal, where the lines bend.
    const gap = ((i / POINTS - 1) ** 3 * WIDE) / 2;
    return { a: rise(gap) + gap, b: rise(gap) - gap };
  });
  const contour = (by: number): string =>
    `M${points.map(({ a, b }) => `${(a + by).toFixed(3)} ${(-b - by).toFixed(3)}`).join("L")}`;
  return Array.from({ length: LINES }, (_, i) => contour(FIRST + i * APART)).join("");
};

/** From the walker to where a step along the credit takes him: each energy falls by its credit. */
const arrow = ([a, b]: Passage["credit"]): Child => {
  const direction = (Math.atan2(b, -a) * 180) / Math.PI;
  return line(
    `M0 0H${Math.hypot(a, b).toFixed(4)}l-.16 .07v-.14l.16 .07`,
    "i-arrow",
    `rotate(${direction.toFixed(2)})`,
  );
};

const map = (state: State, { mechanism, passage }: PipeReading, hands: Hands<State>): Child => {
  const { d, scores, credit } = passage;
  return view(
    "Map",
    " of both energies, with lines of equal L. Arrow: credit. Ring: scores. On the diagonal all adds to one.",
    `Energies ${lettered(d)}. Scores ${lettered(scores)}. Credit ${lettered(credit)}.`,
    state,
    hands,
    drawing(
      AXIS.high,
      d[0],
      d[1],
      line(contours(mechanism), "i-equal", moved(-d[0], -d[1])),
      line(`M0 0V${WIDE}`, `i-plumb ${hue(0)}`),
      line(`M0 0H${-WIDE}`, `i-plumb ${hue(1)}`),
      line("M-1 1V0H0V1Z", "i-unit"),
      line("M-1.3 -.3L.3 1.3", "i-beyond-unit"),
      line("M-1 0L0 1"),
      arrow(credit),
      line(`M${-scores[0]} ${scores[1]}L${-credit[0]} ${credit[1]}`, "i-gap"),
      <circle class="i-ring" r={0.1} transform={moved(-scores[0], -scores[1])} />,
    ),
    axis(state, hands, 1, "map"),
  );
};

const steer = (state: State, hands: Hands<State>): Child => {
  const words = hands.options("objective").map((value) => ({ value, label: part(value, state).name }));
  const index = state.objective === "fenchel_young" && dial(hands, state, "alpha", "Index α");
  return (
    <div class="i-steer">
      {pick(hands, state, "objective", "Objective L", words)}
      <div class="i-sliders">
        {dial(hands, state, "temperature", "Temperature τ")}
        {index || <span class="i-slider i-empty" />}
      </div>
    </div>
  );
};

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => (
  <div class="i-walk">
    {steer(state, hands)}
    {slice(state, reading, hands)}
    {map(state, reading, hands)}
    {hands.said}
  </div>
);

// ------------------------------------------------------------------------------------ words

/** What is climbed, and at which index and temperature. */
const setting = (state: State): Child => {
  const index = state.objective === "fenchel_young" ? `α = ${two(state.alpha)} and ` : "";
  return ["With ", <b>{part(state.objective, state).name}</b>, ` at ${index}τ = ${two(state.temperature)}, the`];
};

const sentence = (state: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => {
  const { scores, credit } = passage;
  const trait = ENERGIES.find((name) => name === act?.control);
  const event =
    act && trait
      ? [answer(ENERGIES.indexOf(trait), act.from[trait], state[trait], read(act.from).passage, passage), " The"]
      : setting(state);
  return [
    event,
    ` tangent ${same(scores[0], credit[0]) ? "meets" : "misses"} the seam. `,
    consequence(passage, measurement),
    verdict(measurement),
  ];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-objective",
  schema,
  title: "Walk on the objective",
  lede:
    "L is a landscape over the energies of A and B. Drag their marks to walk on it. " +
    "Then put another objective in the place of log-sum-exp.",
  tall: () => 740,
  placesSentence: true,
  read,
  picture,
  sentence,
});
