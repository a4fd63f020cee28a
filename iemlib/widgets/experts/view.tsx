/** Experts that each draw a line: what the gate gives before y is seen, what it tells, and who learns from it. */
import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, each, ghost, movedBy, pick, range } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { lettered, level, on, path, ruler, type Span, sheet, ticks, told, within } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";
import { sum, type Vector } from "../math/array";
import { type Lesson, lesson, SCATTERED } from "../math/experts";
import type { Normalization } from "../math/normalization/part";
import { selected } from "../math/normalization/selected";
import { exact, top_k } from "../math/normalization/shared";
import { type State, schema } from "./state";

/** An expert is who has a place, a height and a slope. */
const count = ({ places, heights, slopes }: State): number => Math.min(places.length, heights.length, slopes.length);
const experts = (state: State): readonly number[] => Array.from({ length: count(state) }, (_, h) => h);
const outputs = (state: State, x: number): Vector =>
  experts(state).map((h) => state.heights[h] + state.slopes[h] * (x - state.places[h]));
/** How many answer, where the gate chooses. */
const chosen = ({ k }: State): number => Math.floor(k);

const ROUTES: Readonly<Record<State["maximize"], (k: number) => Normalization | null>> = {
  likelihood: () => null,
  average: () => exact(),
  top_k: (k) => top_k({ k }),
  selected: (k) => selected({ k }),
};
const teach = (state: State, x: number, y: number): Lesson => {
  const gate = experts(state).map((h) => {
    const gap = x - state.places[h];
    return state.sharpness * ((gap * gap) / 2);
  });
  return lesson(gate, outputs(state, x), y, state.width, ROUTES[state.maximize](chosen(state)));
};

interface ExpertsReading extends PipeReading {
  readonly now: Lesson;
  /** What each datum teaches. */
  readonly lessons: readonly Lesson[];
  /** What all data teach each gate and each line together, whichever way they push. */
  readonly learned: { readonly gate: Vector; readonly line: Vector };
}
const read = (state: State): ExpertsReading => {
  const now = teach(state, state.x, state.y);
  const lessons = SCATTERED.map(([x, y]) => teach(state, x, y));
  const together = (slopes: "logit_slopes" | "output_slopes"): Vector =>
    experts(state).map((h) => sum(lessons.map((taught) => Math.abs(taught[slopes][h]))));
  const [gate, line] = [together("logit_slopes"), together("output_slopes")];
  const pipe = readPipe(now.mechanism, now.energies);
  const { d, scores, credit } = pipe.passage;
  const said = outputs(state, state.x);
  return {
    ...pipe,
    now,
    lessons,
    learned: { gate, line },
    numbers: {
      ...pipe.numbers,
      head: [
        "hypothesis",
        "output f",
        "gate g",
        "posterior r",
        "energy d",
        "score s",
        "credit c",
        "its gate learns",
        "its line learns",
        "its gate, of all data",
        "its line, of all data",
      ],
      rows: experts(state).map((h) => [
        LETTERS[h],
        said[h],
        now.gate[h],
        now.posterior[h],
        d[h],
        scores[h],
        credit[h],
        now.logit_slopes[h],
        now.output_slopes[h],
        gate[h],
        line[h],
      ]),
    },
  };
};

/** Whose gate, or line, no datum moves: a mixture moves all, be it by less than a float can hold. */
const unmoved = ({ now, learned }: ExpertsReading, what: "gate" | "line"): readonly number[] =>
  now.prediction === null ? [] : now.passage.kept.filter((h) => learned[what][h] === 0);

// ------------------------------------------------------------------------------------ names

/** What is maximized, with its formula. */
const OBJECTIVES: Readonly<Record<State["maximize"], readonly [string, string]>> = {
  likelihood: ["likelihood of the mixture", "log Σ g N(y; f, σ)"],
  average: ["fit of the average", "−(y − ŷ)²/2σ², ŷ = Σ g f"],
  top_k: ["fit of the top k, renormalized", "ŷ = Σ g f / Σ g, the top k"],
  selected: ["fit of the top k, as they are", "ŷ = Σ g f, the top k"],
};
const HEIGHT = "Height";
const PLACE = "Place";

// ------------------------------------------------------------------------------------ the lines

const ACROSS: Span = schema.x;
const UP: Span = schema.y;
const UNIT: Span = { low: 0, high: 1 };
const SAMPLES = 60;
const PLACES = Array.from({ length: SAMPLES + 1 }, (_, i) => ACROSS.low + ((ACROSS.high - ACROSS.low) * i) / SAMPLES);
const at = (x: number): string => percent(on(x, ACROSS));
const up = (y: number): string => percent(within(y, UP));

/** A point of a sheet, whose box is 100 by 100. */
const point = (x: number, height: number): string => `${(on(x, ACROSS) * 100).toFixed(2)} ${height.toFixed(2)}`;
/** Half of how thick a line is, in percent of the plot: a hair, and by how much the gate trusts it. */
const HAIR = 0.3;
const TRUSTED = 1.9;
/** An expert's line, as thick as the gate trusts it at each place. */
const ribbon = (state: State, gates: readonly Vector[], h: number): Child => {
  const edge = (side: 1 | -1): readonly string[] =>
    PLACES.map((x, i) => point(x, 100 - on(outputs(state, x)[h], UP) * 100 + side * (HAIR + TRUSTED * gates[i][h])));
  return <path class={hue(h)} d={`M${edge(1).join("L")}L${[...edge(-1)].reverse().join("L")}Z`} />;
};
/** The data, each a point: a stroke without a length. */
const SAMPLED = SCATTERED.map(([x, y]) => `M${point(x, 100 - on(y, UP) * 100)}h0`).join("");
/** A coordinate of the datum, to be taken hold of at its ruler. */
const coordinate = (state: State, hands: Hands<State>, trait: "x" | "y", left?: string): Child => [
  <span class="i-handle" style={{ left }}>
    <b class="i-coordinate">{trait}</b>
  </span>,
  ghost(range(hands, state, trait, `Datum ${trait}`), { "--from": "0%", "--to": "100%" }),
];
/** How far apart the errors of the experts stand, in units. */
const ERRORS = 5;

const lines = (state: State, { now }: ExpertsReading, gates: readonly Vector[], hands: Hands<State>): Child => {
  const { x, y } = state;
  const one = now.prediction;
  const said = outputs(state, x);
  const together = one !== null && path((v) => teach(state, v, y).prediction ?? y, ACROSS, UP, SAMPLES);
  return (
    <div class="i-plot i-expert-lines">
      {told(`Datum at ${two(x)}, ${two(y)}. Lines: ${lettered(said)}${one === null ? "" : `; ŷ ${two(one)}`}`)}
      <i class="i-yaxis" />
      {level(UP.low, UP)}
      {level(UP.high, UP, null)}
      <div class="i-ribbons">
        {sheet(
          experts(state).map((h) => ribbon(state, gates, h)),
          together && [<path class="i-halo" d={together} />, <path class="i-together" d={together} />],
        )}
      </div>
      {sheet(<path class="i-halo" d={SAMPLED} />, <path class="i-samples" d={SAMPLED} />)}
      <i class="i-here" style={{ left: at(x) }} />
      <i class="i-here i-level" style={{ bottom: up(y) }} />
      {said.map((f, h) => (
        <i
          class={`i-error ${hue(h)}`}
          style={{
            left: `calc(${at(x)} + ${ERRORS * (h - (said.length - 1) / 2)} * var(--u))`,
            bottom: up(Math.min(f, y)),
            height: percent(Math.abs(within(f, UP) - within(y, UP))),
          }}
        />
      ))}
      {one !== null && <i class="i-one-answer" style={{ left: at(x), bottom: up(one) }} />}
      <i class="i-spot i-target" style={{ left: at(x), bottom: up(y) }} />
      {experts(state).map((h) => (
        <div class="i-ruler i-upright" style={{ left: at(state.places[h]), "--at": up(state.heights[h]) }}>
          <span class="i-handle">{mark(h)}</span>
          {ghost(each(hands, state, "heights", HEIGHT, h))}
        </div>
      ))}
      <div class="i-ruler i-upright" style={{ left: "0", "--at": up(y) }}>
        {coordinate(state, hands, "y")}
      </div>
    </div>
  );
};

const TICKS = [0, 5, 10];
/** The datum under the lines, to be taken hold of. */
const datum = (state: State, hands: Hands<State>): Child => (
  <div class="i-plot i-ruler">
    <i class="i-base" style={{ bottom: "50%" }} />
    {ticks(TICKS, ACROSS)}
    {coordinate(state, hands, "x", at(state.x))}
  </div>
);

/** The gate's shares at every place, laid upon each other: the first lies over all that are above it. */
const gate = (state: State, { now }: ExpertsReading, gates: readonly Vector[], hands: Hands<State>): Child => {
  const layer = (h: number): Child => {
    const top = PLACES.map((x, i) => point(x, 100 - 100 * sum(gates[i].slice(0, h + 1))));
    return <path class={hue(h)} d={`M${top.join("L")}V100H0Z`} />;
  };
  return [
    <div class="i-plot i-gate">
      {told(`Gate at x ${two(state.x)}: ${lettered(now.gate)}`)}
      {level(UNIT.low, UNIT, null)}
      {level(UNIT.high, UNIT, null)}
      {sheet(experts(state).map(layer).reverse())}
      <i class="i-here" style={{ left: at(state.x) }} />
    </div>,
    ruler(state.places.slice(0, count(state)), ACROSS, [], null, (h) => each(hands, state, "places", PLACE, h)),
  ];
};

/** Slopes are drawn so high, in percent of half a strip for each; more than all of it is cut off. */
const SLOPE = { gate: 180, line: 70 } as const;
const bars = (slopes: Vector, percentEach: number, sign: 1 | -1): string =>
  slopes
    .map((slope, n) => {
      const length = Math.min(50, (Math.abs(slope) * percentEach) / 2);
      return `M${point(SCATTERED[n][0], 50)}V${(50 - sign * length).toFixed(2)}`;
    })
    .join("");
/** What each datum teaches expert h: up, its gate; down, its line. */
const strip = (state: State, r: ExpertsReading, h: number): Child => (
  <div class="i-plot i-strip">
    {told(
      `All data together move the gate of ${LETTERS[h]} by ${two(r.learned.gate[h])}, its line by ${two(r.learned.line[h])}`,
    )}
    <span class="i-ylabel" style={{ bottom: "50%" }} aria-hidden="true">
      {mark(h, false)}
    </span>
    <i class="i-base" style={{ bottom: "50%" }} />
    <i class="i-here" style={{ left: at(state.x) }} />
    {sheet(
      <path
        class={hue(h)}
        d={bars(
          r.lessons.map((taught) => taught.logit_slopes[h]),
          SLOPE.gate,
          1,
        )}
      />,
      <path
        class={`i-pale ${hue(h)}`}
        d={bars(
          r.lessons.map((taught) => taught.output_slopes[h] * state.width),
          SLOPE.line,
          -1,
        )}
      />,
    )}
    {unmoved(r, "gate").includes(h) && <b class="i-nothing">its gate learns nothing</b>}
    {unmoved(r, "line").includes(h) && <b class="i-nothing i-below">its line learns nothing</b>}
  </div>
);

// ------------------------------------------------------------------------------------ the datum

const rows = (state: State, { now, passage }: ExpertsReading): Child => {
  const mixture = state.maximize === "likelihood";
  const leads = [
    <div class="i-lead">gate → posterior</div>,
    ...experts(state).map((h) => (
      <div class="i-lead">
        {mark(h)}
        <span>{`${two(now.gate[h])} → ${two(now.posterior[h])}`}</span>
      </div>
    )),
  ];
  return compare(passage, mixture ? now.gate : now.posterior, mixture ? "gate" : "posterior", leads);
};

const picture = (state: State, r: ExpertsReading, hands: Hands<State>): Child => {
  const gates = PLACES.map((x) => teach(state, x, state.y).gate);
  const objectives = hands.options("maximize").map((value) => {
    const [label, formula] = OBJECTIVES[value];
    return { value, label: [label, <br />, <i>{formula}</i>] };
  });
  const routed = state.maximize === "top_k" || state.maximize === "selected";
  return (
    <div class="i-experts">
      {pick(hands, state, "maximize", "Maximize", objectives)}
      <div class="i-sliders">
        {dial(hands, state, "sharpness", "Gate sharpness")}
        {dial(hands, state, "width", "Width σ")}
        {routed && count(state) > 1 && dial(hands, state, "k", "Top k", String(chosen(state)), { high: count(state) })}
      </div>
      <div class="i-side">
        <div class="i-plots">
          {lines(state, r, gates, hands)}
          {datum(state, hands)}
          <p class="i-caption">{"gate at each x, before y is seen"}</p>
          {gate(state, r, gates, hands)}
          <p class="i-caption">who learns from each datum: up, its gate; down, its line</p>
          {experts(state).map((h) => strip(state, r, h))}
        </div>
        <div>
          {rows(state, r)}
          {hands.said}
        </div>
      </div>
    </div>
  );
};

// ------------------------------------------------------------------------------------ words

/** Nearer than this a prediction reads as right. */
const RIGHT = 0.005;

/** What was moved last, and to what; else what is maximized. */
const event = (state: State, act: Act<State> | null): string => {
  const [line, place] = [movedBy(act, HEIGHT), movedBy(act, PLACE)];
  if (line >= 0) return `Where the gate trusts ${LETTERS[line]} most, its line is at ${two(state.heights[line])}.`;
  if (place >= 0) return `The gate trusts ${LETTERS[place]} most at ${two(state.places[place])}.`;
  switch (act?.control) {
    case "x":
    case "y":
      return `The datum is at ${two(state.x)}, ${two(state.y)}.`;
    case "sharpness":
      return `The gate’s sharpness is ${two(state.sharpness)}.`;
    case "width":
      return `The width σ is ${two(state.width)}.`;
  }
  return `Maximized: the ${OBJECTIVES[state.maximize][0].replace("k,", `${chosen(state)},`)}.`;
};

/** Whose share y changes most. */
const seen = ({ now }: ExpertsReading): string => {
  const changes = now.posterior.map((r, h) => Math.abs(r - now.gate[h]));
  const most = changes.indexOf(Math.max(...changes));
  const [g, r] = [two(now.gate[most]), two(now.posterior[most])];
  return g === r
    ? " With y seen, every share stays within 0.01 of the gate."
    : ` The gate gives ${LETTERS[most]} ${g}; with y seen, the posterior gives it ${r}.`;
};

const answer = ({ y }: State, prediction: number): string => {
  const error = y - prediction;
  if (Math.abs(error) < RIGHT) return " ŷ is right to two decimals.";
  return ` ŷ is ${two(Math.abs(error))} too ${error > 0 ? "low" : "high"}.`;
};

/** Who is left out, and whose gate and line no datum moves. */
const silence = (r: ExpertsReading): Child => {
  const { kept, log_scores } = r.passage;
  const said = (what: string, of: readonly number[]): Child =>
    of.length > 0 && ` ${what} ${listed(of.map((h) => LETTERS[h]))}.`;
  return [
    said(
      "Left out:",
      kept.filter((h) => log_scores[h] === Number.NEGATIVE_INFINITY),
    ),
    said("No datum moves the gate of", unmoved(r, "gate")),
    said("No datum moves the line of", unmoved(r, "line")),
  ];
};

const sentence = (state: State, r: ExpertsReading, act: Act<State> | null): Child => [
  <b>{event(state, act)}</b>,
  seen(r),
  r.now.prediction === null ? null : answer(state, r.now.prediction),
  ` ${consequence(r.passage, r.measurement)}${verdict(r.measurement)}`,
  silence(r),
];

export const definition = widget<State, ExpertsReading>({
  tag: "iem-experts",
  schema,
  title: "Who learns?",
  lede:
    "Each expert draws a line, as thick as the gate trusts it there. Move the datum: the gate does not see y, " +
    "the posterior does. Then change what is maximized.",
  tall: (state) => 912 + rowsBeyond(count(state)),
  placesSentence: true,
  read,
  picture,
  sentence,
});
