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
import { exact, selected, top_k } from "../math/normalization/shared";
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
  /** Whose gate, and whose line, no datum moves. */
  readonly unmoved: { readonly gate: readonly number[]; readonly line: readonly number[] };
}
const read = (state: State): ExpertsReading => {
  const now = teach(state, state.x, state.y);
  const lessons = SCATTERED.map(([x, y]) => teach(state, x, y));
  const together = (slopes: "logit_slopes" | "output_slopes"): Vector =>
    experts(state).map((h) => sum(lessons.map((taught) => Math.abs(taught[slopes][h]))));
  const [gate, line] = [together("logit_slopes"), together("output_slopes")];
  const zeros = (v: Vector): readonly number[] => experts(state).filter((h) => v[h] === 0);
  const pipe = readPipe(now.mechanism, now.energies);
  const { d, scores, credit } = pipe.passage;
  return {
    ...pipe,
    now,
    lessons,
    unmoved: { gate: zeros(gate), line: zeros(line) },
    numbers: {
      ...pipe.numbers,
      head: [
        "hypothesis",
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

// ------------------------------------------------------------------------------------ names

interface Words {
  readonly label: string;
  readonly formula: string;
  readonly said: (k: number) => string;
}
const OBJECTIVES: Readonly<Record<State["maximize"], Words>> = {
  likelihood: {
    label: "likelihood of the mixture",
    formula: "L = log Σ g N(y; f, σ)",
    said: () => "the likelihood of the mixture",
  },
  average: {
    label: "fit of the average",
    formula: "L = −(y − ŷ)²/2σ², ŷ = Σ g f",
    said: () => "the fit of the average",
  },
  top_k: {
    label: "… of the top k, renormalized",
    formula: "ŷ = Σ g f / Σ g over the top k",
    said: (k) => `the fit of the top ${k}, renormalized`,
  },
  selected: {
    label: "… of the top k, as they are",
    formula: "ŷ = Σ g f over the top k",
    said: (k) => `the fit of the top ${k}, as they are`,
  },
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
/** How far apart the errors of the experts stand, in units. */
const ERRORS = 5;

const lines = (state: State, { now }: ExpertsReading, gates: readonly Vector[], hands: Hands<State>): Child => {
  const { x, y } = state;
  const one = now.prediction;
  const said = outputs(state, x);
  return (
    <div class="i-plot i-expert-lines">
      {told(
        `At x ${two(x)} the answer is ${two(y)}. Lines: ${lettered(said)}${one === null ? "" : `; together ${two(one)}`}`,
      )}
      <i class="i-yaxis" />
      {level(UP.low, UP)}
      {level(UP.high, UP, null)}
      <div class="i-ribbons">
        {sheet(
          experts(state).map((h) => ribbon(state, gates, h)),
          one !== null && [
            <path class="i-halo" d={path((v) => teach(state, v, y).prediction ?? y, ACROSS, UP, 2 * SAMPLES)} />,
            <path class="i-together" d={path((v) => teach(state, v, y).prediction ?? y, ACROSS, UP, 2 * SAMPLES)} />,
          ],
        )}
      </div>
      {SCATTERED.map(([left, bottom]) => (
        <i class="i-sample" style={{ left: at(left), bottom: up(bottom) }} />
      ))}
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
      {one !== null && <i class="i-answer" style={{ left: at(x), bottom: up(one) }} />}
      <i class="i-spot i-target" style={{ left: at(x), bottom: up(y) }} />
      {experts(state).map((h) => (
        <div
          class="i-upright"
          style={{ left: at(state.places[h]), "--at": up(state.heights[h]), "--from": "0%", "--to": "100%" }}
        >
          <span class="i-handle">{mark(h)}</span>
          {ghost(each(hands, state, "heights", HEIGHT, h))}
        </div>
      ))}
      <div class="i-upright" style={{ left: "0", "--at": up(y), "--from": "0%", "--to": "100%" }}>
        <span class="i-handle">
          <b class="i-datum-handle">y</b>
        </span>
        {ghost(range(hands, state, "y", "Datum y"))}
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
    <span class="i-handle" style={{ left: at(state.x) }}>
      <b class="i-datum-handle">x</b>
    </span>
    {ghost(range(hands, state, "x", "Datum x"), { "--from": "0%", "--to": "100%" })}
  </div>
);

/** The gate's shares at every place, laid upon each other: the first lies over all that are above it. */
const gate = (state: State, gates: readonly Vector[], hands: Hands<State>): Child => {
  const layer = (h: number): Child => {
    const top = PLACES.map((x, i) => point(x, 100 - 100 * Math.min(1, sum(gates[i].slice(0, h + 1)))));
    return <path class={hue(h)} d={`M${top.join("L")}V100H0Z`} />;
  };
  return [
    <div class="i-plot i-gate">
      {level(UNIT.low, UNIT, null)}
      {level(UNIT.high, UNIT, null)}
      {sheet(experts(state).map(layer).reverse())}
      <i class="i-here" style={{ left: at(state.x) }} />
    </div>,
    ruler(state.places.slice(0, count(state)), ACROSS, [], null, (h) => each(hands, state, "places", PLACE, h)),
  ];
};

/** Slopes are drawn so high, in percent of half a strip for each; more than all of it is cut off. */
const SLOPE = { gate: 100, line: 50 } as const;
const bars = (slopes: Vector, percentEach: number, sign: 1 | -1): string =>
  slopes
    .map((slope, n) => {
      const length = Math.min(50, (Math.abs(slope) * percentEach) / 2);
      return length === 0 ? "" : `M${point(SCATTERED[n][0], 50)}V${(50 - sign * length).toFixed(2)}`;
    })
    .join("");
/** What each datum teaches expert h: up, its gate; down, its line. */
const strip = (state: State, { lessons, unmoved }: ExpertsReading, h: number): Child => (
  <div class="i-plot i-strip">
    <span class="i-strip-mark">{mark(h, false)}</span>
    <i class="i-base" style={{ bottom: "50%" }} />
    <i class="i-here" style={{ left: at(state.x) }} />
    {sheet(
      <path
        class={hue(h)}
        d={bars(
          lessons.map((taught) => taught.logit_slopes[h]),
          SLOPE.gate,
          1,
        )}
      />,
      <path
        class={`i-pale ${hue(h)}`}
        d={bars(
          lessons.map((taught) => taught.output_slopes[h] * state.width),
          SLOPE.line,
          -1,
        )}
      />,
    )}
    {unmoved.gate.includes(h) && <b class="i-nothing">its gate learns nothing</b>}
    {unmoved.line.includes(h) && <b class="i-nothing i-below">its line learns nothing</b>}
  </div>
);

// ------------------------------------------------------------------------------------ the datum

/** Shares end to end, with the letters of those that are wide enough for one. */
const LETTER = 0.07;
const shares = (name: Child, values: Vector): Child => (
  <div class="i-seen">
    <span>{name}</span>
    <span class="i-end-to-end">
      {values.map((share, h) => (
        <i class={hue(h)} style={{ width: percent(share) }}>
          {share > LETTER && <b>{LETTERS[h]}</b>}
        </i>
      ))}
    </span>
  </div>
);

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
  return [
    told(`Gate ${lettered(now.gate)}; posterior ${lettered(now.posterior)}`),
    shares(["gate, before ", <i>y</i>], now.gate),
    shares(["posterior, with ", <i>y</i>], now.posterior),
    compare(passage, mixture ? now.gate : now.posterior, mixture ? "gate" : "posterior", leads),
  ];
};

const picture = (state: State, r: ExpertsReading, hands: Hands<State>): Child => {
  const gates = PLACES.map((x) => teach(state, x, state.y).gate);
  const objectives = hands.options("maximize").map((value) => {
    const { label, formula } = OBJECTIVES[value];
    return { value, label: [label, <i class="i-formula">{formula}</i>] };
  });
  const routed = state.maximize === "top_k" || state.maximize === "selected";
  return (
    <div class="i-experts">
      {pick(hands, state, "maximize", "Maximize", objectives)}
      <div class="i-sliders">
        {dial(hands, state, "sharpness", "Sharpness of the gate")}
        {dial(hands, state, "width", "Width σ")}
        {routed && count(state) > 1 && dial(hands, state, "k", "Top k", String(chosen(state)), { high: count(state) })}
      </div>
      <div class="i-side">
        <div class="i-plots">
          {lines(state, r, gates, hands)}
          {datum(state, hands)}
          <p class="i-caption">{"gate at each x, before y is seen"}</p>
          {gate(state, gates, hands)}
          <p class="i-caption">who learns from each datum: up, its gate; down, its line</p>
          {experts(state).map((h) => strip(state, r, h))}
        </div>
        <div>{rows(state, r)}</div>
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
  return `Maximized: ${OBJECTIVES[state.maximize].said(chosen(state))}.`;
};

/** Whose share y changes most. */
const told_by_y = ({ now }: ExpertsReading): string => {
  const changes = now.posterior.map((r, h) => Math.abs(r - now.gate[h]));
  const most = changes.indexOf(Math.max(...changes));
  const [g, r] = [two(now.gate[most]), two(now.posterior[most])];
  return g === r
    ? ` With y seen, every share stays within 0.01 of the gate.`
    : ` The gate gives ${LETTERS[most]} ${g}; with y seen, the posterior gives it ${r}.`;
};

const answer = ({ y }: State, prediction: number): string => {
  const error = y - prediction;
  if (Math.abs(error) < RIGHT) return " ŷ is right to two decimals.";
  return ` ŷ is ${two(Math.abs(error))} too ${error > 0 ? "low" : "high"}.`;
};

/** Who gets nothing for its line from this datum, being left out, and what no datum moves. */
const silence = ({ passage, unmoved }: ExpertsReading): readonly string[] => {
  const names = (of: readonly number[]): string => listed(of.map((h) => LETTERS[h]));
  const out = passage.kept.filter((h) => passage.log_scores[h] === Number.NEGATIVE_INFINITY);
  return [
    ...(out.length > 0 ? [` Left out: ${names(out)}.`] : []),
    ...(unmoved.gate.length > 0 ? [` No datum moves the gate of ${names(unmoved.gate)}.`] : []),
    ...(unmoved.line.length > 0 ? [` No datum moves the line of ${names(unmoved.line)}.`] : []),
  ];
};

const sentence = (state: State, r: ExpertsReading, act: Act<State> | null): Child => [
  <b>{event(state, act)}</b>,
  told_by_y(r),
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
  tall: (state) => 1010 + Math.max(rowsBeyond(count(state)), 0),
  read,
  picture,
  sentence,
});
