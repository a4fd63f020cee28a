/** The first split: temperature turned by hand, prototypes that merge on the mean and part again, by two ways. */
import { type Act, type Child, type Hands, type Reading, widget } from "../core/widget";
import { dial, pick } from "../marks/controls";
import { capital, LETTERS, percent, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { level, on, plot, type Span, sheet, told, within } from "../marks/plot";
import { cooled, type FirstSplit, first_split, log_likelihood, type Places, type Point, rest } from "../math/cooling";
import { SAMPLES, type Sample } from "./points";
import { type State, schema } from "./state";

// ------------------------------------------------------------------------------------ the numbers

type Way = State["way"];
const { high: HOT, low: COLD } = schema.temperature;
/** Each temperature on the way down is so much of the last. */
const RATIO = 0.9;
/** Of two temperatures that are nearer than this part of themselves only one is met. */
const ALIKE = 1e-6;
/** Nearer than this, two prototypes are in one place. */
const ONE = 0.05;

/** The temperatures of the way down. */
const LADDER: readonly number[] = (() => {
  const rungs: number[] = [HOT];
  for (let rung = HOT * RATIO; rung > COLD; rung *= RATIO) rungs.push(rung);
  return rungs;
})();
/** Where the prototypes rest on each of them: each way and each data once, when they are asked for. */
const walked = new Map<string, readonly Places[]>();
const onLadder = (data: State["data"], way: Way): readonly Places[] => {
  const key = `${data} ${way}`;
  const known = walked.get(key);
  if (known) return known;
  const { points, start }: Sample = SAMPLES[data];
  let last: Places = start;
  const path = LADDER.map((rung) => {
    last = way === "cooled" ? cooled(points, last, rung) : rest(points, start, rung);
    return last;
  });
  walked.set(key, path);
  return path;
};
const restOf = ({ data, temperature }: State, way: Way): Places => {
  const { points, start }: Sample = SAMPLES[data];
  if (way === "at once") return rest(points, start, temperature);
  const hotter = LADDER.filter((rung) => rung > temperature * (1 + ALIKE)).length;
  return cooled(points, hotter > 0 ? onLadder(data, way)[hotter - 1] : start, temperature);
};

const gap = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
/** In how many places they stand: each that is in nobody's before it is one more. */
const placesIn = (places: Places): number => {
  const found: Point[] = [];
  for (const m of places) if (found.every((other) => gap(m, other) >= ONE)) found.push(m);
  return found.length;
};

interface End {
  readonly at: Places;
  readonly L: number;
  readonly places: number;
}
interface SplitReading extends Reading {
  readonly ends: Readonly<Record<Way, End>>;
  readonly first: FirstSplit;
}
const WAYS = ["cooled", "at once"] as const;

const read = (state: State): SplitReading => {
  const { points }: Sample = SAMPLES[state.data];
  const end = (way: Way): End => {
    const at = restOf(state, way);
    return { at, L: log_likelihood(points, at, state.temperature), places: placesIn(at) };
  };
  const ends = { cooled: end("cooled"), "at once": end("at once") };
  const first = first_split(points);
  return {
    ends,
    first,
    measurement: null,
    numbers: {
      head: ["way", "L", "places", ...ends.cooled.at.flatMap((_, k) => [`${LETTERS[k]}, across`, `${LETTERS[k]}, up`])],
      rows: WAYS.map((way) => [way, ends[way].L, ends[way].places, ...ends[way].at.flat()]),
      note: ["Largest eigenvalue", first.temperature],
    },
  };
};

// ------------------------------------------------------------------------------------ the plane

const planeOf = ({ data }: State): Span => ({ low: -SAMPLES[data].reach, high: SAMPLES[data].reach });
/** In a box of 100 by 100, from its upper left. */
const inBox = (across: number, up: number): string => `${(across * 100).toFixed(2)} ${(100 - up * 100).toFixed(2)}`;
/** A dot where each of these is: a line of no length, with round ends. */
const dots = (at: readonly string[]): string => at.map((place) => `M${place}h0`).join("");
/** How many of those before it stand where this one would be drawn on them. */
const beside = (values: readonly (readonly number[])[], k: number, near: number): string =>
  String(values.slice(0, k).filter((other) => Math.hypot(...other.map((v, i) => v - values[k][i])) < near).length);
/** Marks that are nearer, as a part of the picture, stand side by side. */
const TOUCH = 0.06;

const plane = (state: State, { ends, first }: SplitReading, hands: Hands<State>): Child => {
  const { points, start }: Sample = SAMPLES[state.data];
  const span = planeOf(state);
  const spot = ([across, up]: Point): string => inBox(on(across, span), on(up, span));
  const now = hands.waiting ? [] : ends[state.way].at;
  const merged = !hands.waiting && ends[state.way].places === 1;
  const [mean, way, far] = [first.mean, first.direction, 0.7 * span.high];
  const end = (by: number): string => spot([mean[0] + by * way[0], mean[1] + by * way[1]]);
  return [
    <p class="i-caption">
      {state.way === "cooled" ? "the data, and where the prototypes rest" : "the same, and ○ where they began"}
      {merged && "; dashed: the way of most variance"}
    </p>,
    <div class="i-plane">
      {told(
        now.length > 0
          ? now.map((m, k) => `${LETTERS[k]} at ${two(m[0])}, ${two(m[1])}`).join("; ")
          : `${points.length} data`,
      )}
      {sheet(
        <path class="i-data" d={dots(points.map(spot))} />,
        merged && <path class="i-parting" d={`M${end(-far)}L${end(far)}`} />,
      )}
      {state.way === "at once" &&
        start.map((m, k) => (
          <i class={`i-start ${hue(k)}`} style={{ left: percent(on(m[0], span)), bottom: percent(on(m[1], span)) }} />
        ))}
      {now.map((m, k) => (
        <span
          class="i-spot"
          style={{
            left: percent(on(m[0], span)),
            bottom: percent(on(m[1], span)),
            "--beside": beside(now, k, TOUCH * (span.high - span.low)),
          }}
        >
          {mark(k)}
        </span>
      ))}
    </div>,
  ];
};

// ------------------------------------------------------------------------------------ the strip

const TICKS = [0.2, 0.5, 1, 2, 4, 6];
/** Temperatures go by their ratios. */
const along = (temperature: number): number => Math.log(temperature / COLD) / Math.log(HOT / COLD);
/** How much of the plane's width the strip shows. */
const SEEN = 0.75;

const strip = (state: State, { ends, first }: SplitReading, hands: Hands<State>): Child => {
  const { high } = planeOf(state);
  const y: Span = { low: -SEEN * high, high: SEEN * high };
  const [mean, way] = [first.mean, first.direction];
  const off = (m: Point): number => (m[0] - mean[0]) * way[0] + (m[1] - mean[1]) * way[1];
  const rungs = LADDER.map(along);
  const at = (k: number): readonly string[] =>
    onLadder(state.data, state.way).map((places, i) => inBox(rungs[i], within(off(places[k]), y)));
  const now = hands.waiting ? [] : ends[state.way].at.map(off);
  const lone = now.map((v) => [v]);
  const left = percent(along(state.temperature));
  const cut = percent(along(first.temperature));
  return plot(
    "strip",
    ["how far along the way of most variance, over ", <i>τ</i>],
    told(
      now.length > 0
        ? `At τ ${two(state.temperature)}: ${now.map((v, k) => `${LETTERS[k]} ${two(v)}`).join(", ")}`
        : "Temperatures from 0.2 to 6",
    ),
    level(0, y),
    TICKS.map((tick) => (
      <span class="i-xlabel" style={{ left: percent(along(tick)) }} aria-hidden="true">
        {tick}
      </span>
    )),
    !hands.waiting && [
      <i class="i-critical" style={{ left: cut }} />,
      <b class="i-critical-name" style={{ left: cut }} aria-hidden="true">
        {two(first.temperature)}
      </b>,
      sheet(
        ends.cooled.at.map((_, k) =>
          state.way === "cooled" ? (
            <path class={`i-line-${k} ${hue(k)}`} d={`M${at(k).join("L")}`} />
          ) : (
            <path class={`i-line-${k} i-dotted ${hue(k)}`} d={dots(at(k))} />
          ),
        ),
      ),
    ],
    <i class="i-cursor" style={{ left }} />,
    now.map((v, k) => (
      <span
        class="i-spot i-small"
        style={{
          left,
          bottom: percent(within(v, y)),
          "--beside": beside(lone, k, TOUCH * (y.high - y.low)),
        }}
      >
        {mark(k)}
      </span>
    )),
  );
};

// ------------------------------------------------------------------------------------ the hands

/** How many steps of the slider there are; the temperature keeps so many digits. */
const STEPS = 60;
const DIGITS = 3;
const temperatureDial = (hands: Hands<State>, state: State): Child =>
  dial(hands, state, "temperature", "Temperature τ", two(state.temperature), {
    low: 0,
    high: STEPS,
    step: 1,
    value: along(state.temperature) * STEPS,
    moved: (step) => {
      const temperature = Number((COLD * (HOT / COLD) ** (step / STEPS)).toPrecision(DIGITS));
      hands.set({ temperature }, "temperature", true);
    },
  });

const NAMES: Readonly<Record<State["data"], string>> = {
  groups: "three groups, three prototypes",
  two: "two data, two prototypes",
  rows: "two rows, two prototypes",
};
const WAY_NAMES: Readonly<Record<Way, string>> = {
  cooled: `cooled from ${HOT}`,
  "at once": "at once",
};
const inPlaces = (count: number): string => (count === 1 ? "1 place" : `${count} places`);

const ways = (hands: Hands<State>, state: State, { ends }: SplitReading): Child =>
  pick(
    hands,
    state,
    "way",
    "Brought to rest",
    WAYS.map((value) => ({
      value,
      label: [
        WAY_NAMES[value],
        !hands.waiting && [`: ${inPlaces(ends[value].places)}, `, <i>L</i>, ` ${two(ends[value].L)}`],
      ],
    })),
  );

const picture = (state: State, r: SplitReading, hands: Hands<State>): Child => (
  <div class="i-split">
    <div>
      {temperatureDial(hands, state)}
      {ways(hands, state, r)}
      {pick(
        hands,
        state,
        "data",
        "Data",
        hands.options("data").map((value) => ({ value, label: NAMES[value] })),
      )}
    </div>
    <div class="i-plots">{strip(state, r, hands)}</div>
    <div>{plane(state, r, hands)}</div>
  </div>
);

// ------------------------------------------------------------------------------------ words

/** Two heights that are the same for every reader. */
const SAME = 0.005;

const sentence = (state: State, { ends, first }: SplitReading, act: Act<State> | null): Child => {
  const { temperature, way } = state;
  const other: Way = way === "cooled" ? "at once" : "cooled";
  const side = temperature > first.temperature ? "above" : "below";
  const { [way]: mine, [other]: theirs } = ends;
  const rise = mine.L - theirs.L;
  return [
    act?.control === "data" && <b>{`${capital(NAMES[state.data])}. `}</b>,
    act?.control === "way" && <b>{`${capital(WAY_NAMES[way])}. `}</b>,
    <b>{`The temperature is ${two(temperature)}`}</b>,
    `, ${side} the largest eigenvalue, ${two(first.temperature)}. `,
    `${capital(WAY_NAMES[way])} they stand in `,
    <b>{inPlaces(mine.places)}</b>,
    `, L ${two(mine.L)}; ${WAY_NAMES[other]} in ${inPlaces(theirs.places)}, L ${two(theirs.L)}. `,
    Math.abs(rise) < SAME
      ? "Both ways end as high."
      : `${capital(WAY_NAMES[rise > 0 ? way : other])} ends higher, by ${two(Math.abs(rise))}.`,
  ];
};

export const definition = widget<State, SplitReading>({
  tag: "iem-split",
  schema,
  title: "The first split",
  lede:
    "Energies are halves of squared distances, divided by τ. Turn it: the prototypes go on by EM until they rest, " +
    "cooled down to it step by step, or begun there at once.",
  tall: () => 790,
  read,
  picture,
  sentence,
});
