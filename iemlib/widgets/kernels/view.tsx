import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, each, movedBy, pick } from "../marks/controls";
import { LETTERS, percent, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { curve, lettered, level, on, path, plot, ruler, type Span, told, within } from "../marks/plot";
import { compare } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";
import type { Vector } from "../math/array";
import {
  energies,
  expected,
  gradient_step,
  KERNELS,
  type Kernel,
  m_step,
  type Pull,
  pulls,
  shares,
  walk,
} from "../math/line";
import { implicit_em } from "../math/mechanism";
import { type State, schema } from "./state";

/** Steps of one kind. */
interface Way {
  /** Where one step from the places as they are leads. */
  readonly next: Vector;
  /** The places after none, one, … of the steps taken. */
  readonly walked: readonly Vector[];
  readonly last: Vector;
}
interface KernelsReading extends PipeReading {
  readonly kernel: Kernel;
  readonly data: Vector;
  readonly pulls: readonly Pull[];
  /** How many steps are taken. */
  readonly taken: number;
  readonly em: Way;
  readonly gradient: Way;
}

const read = (state: State): KernelsReading => {
  const { places, datum, points, spread, rate, step } = state;
  const kernel = KERNELS[state.kernel];
  const data = points.map((point) => point * spread);
  const pipe = readPipe(implicit_em, energies(kernel, datum, places));
  const { scores, credit } = pipe.passage;
  const taken = Math.floor(step);
  const way = (next: Vector, walked: readonly Vector[]): Way => ({ next, walked, last: walked[taken] });
  const em = way(m_step(kernel, data, places), walk(kernel, data, places, taken));
  const gradient = way(gradient_step(kernel, data, places, rate), walk(kernel, data, places, taken, rate));
  return {
    ...pipe,
    kernel,
    data,
    pulls: pulls(kernel, data, places),
    taken,
    em,
    gradient,
    numbers: {
      head: [
        "hypothesis",
        "place",
        "score s",
        "credit c",
        "M-step",
        "last M-step",
        "gradient step",
        "last gradient step",
      ],
      rows: places.map((place, k) => [
        LETTERS[k],
        place,
        scores[k],
        credit[k],
        em.next[k],
        em.last[k],
        gradient.next[k],
        gradient.last[k],
      ]),
    },
  };
};

/** Where prototypes and data may lie, with room beside them for half a mark. */
const LINE: Span = { low: -6.5, high: 6.5 };
const PLACES: Vector = [-4, 0, 4];
/** How far below its best Q is shown, in nats for each unit of responsibility. */
const DEPTH: Readonly<Record<State["kernel"], number>> = { squared_distance: -8, absolute: -4, cauchy: -2 };
/** The small graph of a kernel over its radio button: gaps across, energies up. */
const GAPS: Span = { low: -4, high: 4 };
const ENERGIES: Span = { low: 0, high: 4 };
const SAMPLES = 40;

const along = (place: number): number => within(place, LINE);
const between = (a: number, b: number): Record<string, string> => ({
  left: percent(along(Math.min(a, b))),
  width: percent(Math.abs(along(a) - along(b))),
});
/** A curve that belongs to hypothesis k, thick as EM's are. */
const coloured = (k: number): string => `i-coloured ${hue(k)}`;
const spot = (place: number, bottom: string, k: number): Child => (
  <span class="i-spot i-small" style={{ left: percent(along(place)), bottom }}>
    {mark(k, false)}
  </span>
);

/** Q of prototype k, a box about each best place, and an arrow from where it is to where the gradient takes it. */
const hill = (r: KernelsReading, depth: Span, from: number, k: number): Child => {
  const { weights } = r.pulls[k];
  const best = r.kernel.maximizers(r.data, weights);
  const [top] = best[0];
  const below = (place: number): number =>
    expected(r.kernel, r.data, weights, place) - expected(r.kernel, r.data, weights, top);
  const to = r.gradient.next[k];
  const bottom = percent(within(below(from), depth));
  return [
    curve(path(below, LINE, depth), coloured(k)),
    best.map(([low, high]) => <i class={`i-best ${hue(k)}`} style={between(low, high)} />),
    <i class="i-gradient-step" style={{ ...between(from, to), bottom }}>
      <i class={`i-off i-${to < from ? "left" : "right"}`} />
    </i>,
    spot(from, bottom, k),
  ];
};

/** A point of the line, sliced by who explains it; z is framed. */
const datum = (state: State, r: KernelsReading, x: number, isZ: boolean): Child => (
  <span class={isZ ? "i-datum i-z" : "i-datum"} style={{ left: percent(along(x)) }}>
    {shares(r.kernel, [x], state.places)[0].map((share, k) => (
      <i class={hue(k)} style={{ height: percent(share) }} />
    ))}
  </span>
);

const hills = (state: State, r: KernelsReading): Child => {
  const depth: Span = { low: DEPTH[state.kernel], high: 0 };
  return plot(
    "hills",
    "Q/Σr, below its best: ▯ M-step, → gradient step",
    told(`M-step to ${lettered(r.em.next)}. Gradient step to ${lettered(r.gradient.next)}.`),
    level(depth.high, depth),
    level(depth.low, depth),
    state.places.map((place, k) => hill(r, depth, place, k)),
    r.data.map((x) => datum(state, r, x, false)),
    datum(state, r, state.datum, true),
  );
};

const walks = (state: State, r: KernelsReading, steps: Span): Child => {
  const trail = ({ walked }: Way, k: number): string =>
    walked
      .map((places, step) => `${step ? "L" : "M"}${along(places[k]) * 100} ${100 - on(step, steps) * 100}`)
      .join("");
  return plot(
    "walks",
    "steps upwards: thick M-step, thin gradient step",
    told(`At the last M-step ${lettered(r.em.last)}; at the last gradient step ${lettered(r.gradient.last)}.`),
    level(steps.low, steps),
    level(steps.high, steps),
    state.places.map((_, k) => [
      curve(trail(r.em, k), coloured(k)),
      curve(trail(r.gradient, k)),
      spot(r.em.last[k], percent(on(r.taken, steps)), k),
    ]),
  );
};

const kernels = (state: State, hands: Hands<State>): Child =>
  pick(
    hands,
    state,
    "kernel",
    "Energy of a gap u",
    hands.options("kernel").map((value) => {
      const { name, formula, energy } = KERNELS[value];
      return {
        value,
        label: [name, " ", <i>{formula}</i>],
        picture: (
          <div class="i-square" style={{ aspectRatio: "2" }}>
            {curve(path(energy, GAPS, ENERGIES, SAMPLES))}
          </div>
        ),
      };
    }),
  );

const picture = (state: State, r: KernelsReading, hands: Hands<State>): Child => (
  <div class="i-kernels">
    {kernels(state, hands)}
    <div class="i-sliders">
      {dial(hands, state, "datum", "Datum z")}
      {dial(hands, state, "spread", "Spread")}
      {dial(hands, state, "step", "Steps", String(r.taken))}
      {dial(hands, state, "rate", "Rate")}
    </div>
    <div class="i-side">
      <div class="i-plots">
        {hills(state, r)}
        {walks(state, r, hands.span("step"))}
        {ruler(state.places, LINE, PLACES, "place", (k) => each(hands, state, "places", "Place", k))}
      </div>
      <div>
        {compare(r.passage)}
        {hands.said}
      </div>
    </div>
  </div>
);

/** A slope that is zero to every digit that is drawn, and a move that is seen at two decimals. */
const FLAT = 1e-9;
const SEEN = 0.005;

/** What was moved last, and to what; at first the kernel. And the prototype that is spoken of: the one moved, or A. */
const moved = (state: State, act: Act<State> | null): { what: string; to: string; k: number } => {
  const k = movedBy(act, "Place");
  if (k >= 0) return { what: `place of ${LETTERS[k]}`, to: two(state.places[k]), k };
  const slid = (["datum", "spread", "step", "rate"] as const).find((trait) => trait === act?.control);
  return slid ? { what: slid, to: two(state[slid]), k: 0 } : { what: "kernel", to: KERNELS[state.kernel].name, k: 0 };
};

const sentence = (state: State, r: KernelsReading, act: Act<State> | null): Child => {
  const { what, to, k } = moved(state, act);
  const place = state.places[k];
  const leaps = Math.abs(r.pulls[k].slope) < FLAT && Math.abs(r.em.next[k] - place) > SEEN;
  return [
    "The ",
    <b>{what}</b>,
    ` is ${to}. ${consequence(r.passage, r.measurement)}${verdict(r.measurement)}`,
    ` The M-step puts ${LETTERS[k]} at ${two(r.em.next[k])}`,
    leaps && [", ", <b>{`though the slope at ${two(place)} is zero`}</b>],
    `, the gradient step at ${two(r.gradient.next[k])};`,
    ` after step ${r.taken} at ${two(r.em.last[k])} and ${two(r.gradient.last[k])}.`,
  ];
};

export const definition = widget<State, KernelsReading>({
  tag: "iem-kernels",
  schema,
  title: "Any kernel?",
  lede: "Measure the gap otherwise. Is credit still the score of z? Where do the two steps lead?",
  tall: () => 910,
  placesSentence: true,
  read,
  picture,
  sentence,
});
