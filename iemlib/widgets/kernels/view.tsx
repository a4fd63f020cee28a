import { implicit_em } from "../math/mechanism";
import { KERNELS, energies, expected, pulls, shares, walk, type Pull } from "../math/line";
import type { Vector } from "../math/array";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { dial, each, pick } from "../marks/controls";
import { LETTERS, percent, two } from "../marks/format";
import type { Child } from "../core/widget";
import { hue, mark } from "../marks/marks";
import { curve, level, on, path, plot, ruler, within, type Span } from "../marks/plot";
import { compare } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";

type Name = keyof typeof KERNELS;
interface Steps extends PipeReading {
  readonly data: Vector;
  readonly pulls: readonly Pull[];
  /** How many steps are taken. */
  readonly taken: number;
  /** The places after none, one, … of them, by EM and by the gradient: at least one of each. */
  readonly ways: readonly (readonly Vector[])[];
}

const read = (state: State): Steps => {
  const { places } = state;
  const kernel = KERNELS[state.kernel];
  const data = state.points.map((p) => p * state.spread);
  const pipe = readPipe(implicit_em, energies(kernel, state.datum, places));
  const taken = state.step | 0;
  const ways = [0, state.rate].map((rate) => walk(kernel, data, places, taken || 1, rate));
  return {
    ...pipe,
    data,
    taken,
    ways,
    pulls: pulls(kernel, data, places),
    numbers: {
      head: ["hypothesis", "place", "score", "credit", "M-step", "last", "gradient step", "last"],
      rows: places.map((m, k) => [
        LETTERS[k],
        m,
        pipe.passage.scores[k],
        pipe.passage.credit[k],
        ...ways.flatMap((way) => [way[1][k], way[taken][k]]),
      ]),
    },
  };
};

const LINE: Span = { low: -6.5, high: 6.5 };
const MOST = 20;
const STEPS: Span = { low: 0, high: MOST };
/** How far below its best Q is shown, in nats for each unit of responsibility. */
const DEPTH: Readonly<Record<Name, number>> = { squared: -8, absolute: -4, cauchy: -2 };
/** Cauchy was a person. */
const named = (kernel: Name): string => kernel.replace("c", "C");
const WELL: Span = { low: -4, high: 4 };
const SAME = 1e-9;
const at = (m: number): number => within(m, LINE);
const between = (a: number, b: number): Record<string, string> => ({
  left: percent(at(Math.min(a, b))),
  width: percent(Math.abs(at(a) - at(b))),
});
/** A line that belongs to hypothesis k: thick, as EM is. */
const own = (k: number): string => `i-mine ${hue(k)}`;
const spot = (m: number, bottom: string, k: number): Child => (
  <span class="i-spot i-small" style={{ left: percent(at(m)), bottom }}>
    {mark(k, false)}
  </span>
);

const plots = (state: State, r: Steps, hands: Hands<State>): Child => {
  const { places } = state;
  const kernel = KERNELS[state.kernel];
  const depth: Span = { low: DEPTH[state.kernel], high: 0 };
  return (
    <div class="i-plots">
      {plot(
        "likes",
        "Q/Σr, below its best: ▯ M-step, → gradient step",
        level(0, depth),
        level(depth.low, depth),
        places.map((m, k) => {
          const { weights } = r.pulls[k];
          const best = kernel.least(r.data, weights);
          const q = (x: number): number =>
            expected(kernel, r.data, weights, x) - expected(kernel, r.data, weights, best[0][0]);
          const to = r.ways[1][1][k];
          const bottom = percent(within(q(m), depth));
          return [
            curve(path(q, LINE, depth), own(k)),
            best.map(([a, b]) => <i class={`i-best ${hue(k)}`} style={between(a, b)} />),
            <i class="i-go" style={{ ...between(m, to), bottom }}>
              <i class={`i-off i-${to < m ? "left" : "right"}`} />
            </i>,
            spot(m, bottom, k),
          ];
        }),
        // Each datum, and z last, sliced by who explains it.
        [...r.data, state.datum].map((x) => (
          <span class="i-datum" style={{ left: percent(at(x)) }}>
            {shares(kernel, [x], places)[0].map((v, k) => (
              <i class={hue(k)} style={{ height: percent(v) }} />
            ))}
          </span>
        )),
      )}
      {plot(
        "hazard",
        "steps upwards: thick M-step, thin gradient step",
        level(0, STEPS),
        level(MOST, STEPS),
        places.map((_, k) => [
          r.ways.map((way, i) =>
            curve(
              way
                .slice(0, r.taken + 1)
                .map((m, j) => `${j ? "L" : "M"}${at(m[k]) * 100} ${100 - (j / MOST) * 100}`)
                .join(""),
              i ? "" : own(k),
            ),
          ),
          spot(r.ways[0][r.taken][k], percent(on(r.taken, STEPS)), k),
        ]),
      )}
      {ruler(places, LINE, [-4, 0, 4], "place", (k) => each(hands, state, "places", "Place", k))}
    </div>
  );
};

const picture = (state: State, r: Steps, hands: Hands<State>): Child => {
  return (
    <div class="i-expo">
      {pick(
        hands,
        state,
        "kernel",
        "Energy of a gap u",
        (Object.keys(KERNELS) as Name[]).map((value) => ({
          value,
          label: [named(value), " ", <i>{KERNELS[value].formula}</i>],
          picture: (
            <div class="i-square" style={{ aspectRatio: "2" }}>
              {curve(path(KERNELS[value].energy, WELL, { low: 0, high: 4 }, 40))}
            </div>
          ),
        })),
      )}
      <div class="i-sliders">
        {dial(hands, state, "datum", "Datum z")}
        {dial(hands, state, "spread", "Spread")}
        {dial(hands, state, "step", "Steps", String(r.taken))}
        {dial(hands, state, "rate", "Rate")}
      </div>
      <div class="i-side">
        {plots(state, r, hands)}
        <div>
          {compare(r.passage)}
          {hands.said}
        </div>
      </div>
    </div>
  );
};

const sentence = (state: State, r: Steps, act: Act<State> | null): Child => {
  const control = act?.control ?? "kernel";
  const place = /\d/.exec(control);
  const k = +(place ?? 0);
  const m = state.places[k];
  const value = place ? m : (state[control as keyof State] as number | Name);
  const name = LETTERS[k];
  const { slope } = r.pulls[k];
  const [em, lastEm, gradient, lastGradient] = r.numbers.rows[k].slice(4) as number[];
  return [
    "The ",
    <b>{place ? `place of ${name}` : control}</b>,
    ` is ${typeof value === "number" ? two(value) : named(value)}. ${consequence(r.passage, r.measurement)}${verdict(r.measurement)} The M-step puts ${name} at ${two(em)}`,
    Math.abs(slope) < SAME && Math.abs(em - m) > 0.005 && [", ", <b>{`though the slope at ${two(m)} is zero`}</b>],
    `, the gradient step at ${two(gradient)}; after step ${r.taken} at ${two(lastEm)} and ${two(lastGradient)}.`,
  ];
};

export const definition = widget<State, Steps>({
  tag: "iem-kernels",
  schema,
  title: "Any kernel?",
  lede: "Measure the gap otherwise. Is credit still the score of z? Where do the steps lead?",
  tall: () => 910,
  placesSentence: true,
  read,
  picture,
  sentence,
});
