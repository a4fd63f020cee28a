import { type Act, type Child, type Hands, type Reading, widget } from "../core/widget";
import { dial, pick, stepper } from "../marks/controls";
import { capital, LETTERS, listed, percent, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { curve, level, on, path, type Span, ticks, told, within } from "../marks/plot";
import {
  CREDIT,
  LEARNERS,
  type Learner,
  log_likelihood,
  type Places,
  type Point,
  squared_distance,
  three_groups,
  trajectory,
} from "../math/learning";
import { sector, TURN } from "./sectors";
import { type State, schema } from "./state";

const STEPS = schema.step.high;
/** The length σ of the energies. */
const SCALE = 1.1;
const STARTS: Readonly<Record<State["start"], Places>> = {
  far: [
    [-1.2, 0.3],
    [1.4, 0.6],
    [-2.6, 3.6],
  ],
  near: [
    [-1.2, 0.3],
    [1.6, 2.6],
    [0.8, 1.4],
  ],
  between: [
    [1.6, 0.5],
    [-1.9, -0.9],
    [-1.6, -1.7],
  ],
};
const STARTS_IN_WORDS: Readonly<Record<State["start"], { readonly label: string; readonly said: string }>> = {
  far: { label: "C far from every point", said: "C starts far from every point." },
  near: { label: "B and C in one group", said: "B and C start in one group." },
  between: { label: "A between two groups", said: "A starts between two groups, B and C in the third." },
};
const NAMES: Readonly<Record<Learner, { readonly name: string; readonly how: string }>> = {
  em: { name: "EM", how: "to the credited mean at once" },
  gradient: { name: "gradient", how: "same credit, small steps" },
  hard: { name: "hard", how: "winner takes all" },
  independent: { name: "independent", how: "each against silence" },
  unnormalized: { name: "unnormalized", how: "likelihoods as they are" },
};
const gap = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** The plane that is shown. */
const ACROSS: Span = { low: -4.2, high: 4.2 };
const UP: Span = { low: -3.4, high: 4.6 };
/** Its box is as wide and as high as this, whatever its shape on the page: points are placed in whole numbers. */
const BOX = 1e4;
const inBox = (m: Point): string => `${Math.round(on(m[0], ACROSS) * BOX)} ${Math.round((1 - on(m[1], UP)) * BOX)}`;

interface PlacedPoint {
  readonly point: Point;
  /** The start of its path: where it is in the box. */
  readonly start: string;
}
/** Points no two of which lie on one another: each layer is drawn over the last. */
type Layer = readonly PlacedPoint[];
/** Nearer than this, the marks of two points lie on one another. */
const TOUCH = 0.48;
const layersOf = (data: Places): readonly Layer[] => {
  const layers: PlacedPoint[][] = [];
  for (const point of data) {
    let free = layers.find((layer) => layer.every((other) => gap(point, other.point) > TOUCH));
    if (!free) {
      free = [];
      layers.push(free);
    }
    free.push({ point, start: `M${inBox(point)}` });
  }
  return layers;
};

/** One learner's way from the start through every step, and L at each. */
interface Run {
  readonly learner: Learner;
  readonly layers: readonly Layer[];
  readonly places: readonly Places[];
  readonly values: readonly number[];
}
/** What a learner does depends on four things; the last few runs are kept. */
const runs = new Map<string, Run>();
const KEPT = 24;
const run = (learner: Learner, state: State): Run => {
  const { seed, start, rate } = state;
  const key = [learner, seed, start, learner === "gradient" && rate].join();
  const known = runs.get(key);
  if (known) return known;
  const data = three_groups(Math.round(seed));
  const places = trajectory(learner, data, STARTS[start], STEPS, SCALE, rate);
  const values = places.map((m) => log_likelihood(data, m, SCALE));
  const made: Run = { learner, layers: layersOf(data), places, values };
  const [oldest] = runs.keys();
  if (runs.size >= KEPT) runs.delete(oldest);
  runs.set(key, made);
  return made;
};

interface LearningReading extends Reading {
  readonly step: number;
  /** The learners that are on. */
  readonly shown: readonly Run[];
}
const read = (state: State): LearningReading => {
  const step = Math.round(state.step);
  const shown = LEARNERS.filter((learner) => !state.without.includes(learner)).map((learner) => run(learner, state));
  const coordinates = STARTS[state.start].flatMap((_, k) => [`${LETTERS[k]}, across`, `${LETTERS[k]}, up`]);
  return {
    step,
    shown,
    measurement: null,
    numbers: {
      head: ["learner", "L", ...coordinates],
      rows: shown.map(({ learner, places, values }) => [NAMES[learner].name, values[step], ...places[step].flat()]),
    },
  };
};

/** Where each share ends, in whole degrees from the top; shares of more than one in all fill the turn. */
const endsOf = (credit: readonly number[]): readonly number[] => {
  const all = credit.reduce((a, b) => a + b, 0);
  const whole = Math.max(1, all);
  let sum = 0;
  return credit.map((c) => {
    sum += c;
    return Math.round((TURN * sum) / whole);
  });
};
/**
 * The points of a layer, each the mark of its leader, cut by credit; what nobody claims is pale.
 *
 * All sectors of a hypothesis are one path. A sector begins at the top and lies on those that end after it.
 */
const points = (learner: Learner, layer: Layer, now: Places): Child => {
  const claimed = now.map(() => "");
  const unclaimed = now.map(() => "");
  for (const { point, start } of layer) {
    const credit = CREDIT[learner](squared_distance(point, now, SCALE));
    const leader = credit.indexOf(Math.max(...credit));
    let last = 0;
    endsOf(credit).forEach((end, k) => {
      if (end > last) claimed[k] += start + sector(leader, end);
      last = end;
    });
    unclaimed[leader] += start + sector(leader, TURN);
  }
  const drawn = (look: string, paths: readonly string[]): Child[] =>
    paths.map((d, k) => (d ? <path class={`${look} ${hue(k)}`} d={d} /> : null)).reverse();
  return [...drawn("i-unclaimed", unclaimed), ...drawn("i-claimed", claimed)];
};

const spot = (m: Point): Record<string, string> => ({ left: percent(on(m[0], ACROSS)), bottom: percent(on(m[1], UP)) });
/** Marks of prototypes that are nearer would lie on one another, and stand side by side. */
const BESIDE = 0.6;

/** Points and prototypes of a learner in the plane, and the way that each prototype came. */
const plane = ({ learner, layers, places }: Run, step: number): Child => {
  const now = places[step];
  const where = now.map((m, k) => `${LETTERS[k]} at ${two(m[0])}, ${two(m[1])}`).join("; ");
  const trail = (k: number): string => {
    const way = places.slice(0, step + 1).map((m) => inBox(m[k]));
    return `M${way.join("L")}`;
  };
  const beside = (m: Point, k: number): number => now.slice(0, k).filter((other) => gap(other, m) < BESIDE).length;
  return (
    <div class="i-plane" role="img" aria-label={`${NAMES[learner].name}, step ${step}: ${where}`}>
      <svg class="i-curve" viewBox={`0 0 ${BOX} ${BOX}`} preserveAspectRatio="none" aria-hidden="true">
        {layers.map((layer) => points(learner, layer, now))}
        {now.map((_, k) => [<path class="i-halo" d={trail(k)} />, <path class={`i-trail ${hue(k)}`} d={trail(k)} />])}
      </svg>
      {places[0].map((m, k) => (
        <i class={`i-began ${hue(k)}`} style={spot(m)} />
      ))}
      {now.map((m, k) => (
        <span class="i-spot" style={{ ...spot(m), "--beside": String(beside(m, k)) }}>
          {mark(k)}
        </span>
      ))}
    </div>
  );
};

const panel = (learner: Learner, state: State, r: LearningReading, hands: Hands<State>): Child => {
  const { name, how } = NAMES[learner];
  const mine = r.shown.find((other) => other.learner === learner);
  const without = LEARNERS.filter((other) => state.without.includes(other) !== (other === learner));
  return (
    <div class="i-learner">
      <label class="i-choice">
        {hands.shows("without") && (
          <input
            type="checkbox"
            name={`learner-${learner}`}
            checked={mine !== undefined}
            disabled={hands.locked("without")}
            onChange={() => hands.set({ without }, learner)}
          />
        )}
        <b>{name}</b>
        {curve("M0 50H100", `i-${learner}`)}
      </label>
      <p class="i-caption">{how}</p>
      {mine && plane(mine, r.step)}
    </div>
  );
};

/** Who has a panel: who may be turned on, or who is. */
const present = (state: State): readonly Learner[] =>
  state.hide.includes("without") ? LEARNERS.filter((learner) => !state.without.includes(learner)) : LEARNERS;
/** So few that each may be larger. */
const few = (state: State): boolean => present(state).length <= 2;
const panels = (state: State, r: LearningReading, hands: Hands<State>): Child => {
  const all = present(state);
  return (
    <div class={few(state) ? "i-learners i-few" : "i-learners"} style={{ "--n": String(all.length) }}>
      {all.map((learner) => panel(learner, state, r, hands))}
    </div>
  );
};

const TIME: Span = { low: 0, high: STEPS };
const TIMES = [0, 10, 20, 30, 40, STEPS];
/** L is shown over this at least, in nats, and further to the next half nat. */
const L_SHOWN: Span = { low: -2, high: -1.5 };
const halves = (v: number, round: (v: number) => number): number => round(v * 2) / 2;
/** How far apart the names at the ends of the lines are, in heights of the plot. */
const NAMES_APART = 0.18;

/** Names beside the ends of the lines, pushed down where they would touch. */
const endNames = (shown: readonly Run[], nats: Span): Child => {
  let last = Number.POSITIVE_INFINITY;
  return shown
    .map(({ learner, values }) => ({ learner, up: within(values[STEPS], nats) }))
    .sort((a, b) => b.up - a.up)
    .map(({ learner, up }) => {
      last = Math.min(up, last - NAMES_APART);
      return (
        <b class="i-end-name" style={{ bottom: percent(last) }}>
          {NAMES[learner].name}
        </b>
      );
    });
};

/** L of every learner over the steps. */
const trace = ({ shown, step }: LearningReading): Child => {
  const all = shown.flatMap(({ values }) => values);
  const nats: Span = {
    low: halves(Math.min(L_SHOWN.low, ...all), Math.floor),
    high: halves(Math.max(L_SHOWN.high, ...all), Math.ceil),
  };
  const left = percent(on(step, TIME));
  return (
    <div class="i-trace">
      <p class="i-caption">
        {"mean log-likelihood "}
        <i>L</i>
        {" of the points, at these prototypes"}
      </p>
      <div class="i-plot">
        {told(shown.map(({ learner, values }) => `${NAMES[learner].name} ${two(values[step])}`).join(", "))}
        {level(nats.low, nats)}
        {level(nats.high, nats, "i-one")}
        <i class="i-step-now" style={{ left }} />
        {shown.map(({ learner, values }) => {
          const value = (time: number): number => values[Math.round(time)];
          return curve(path(value, TIME, nats, STEPS), `i-${learner}`);
        })}
        {shown.map(({ values }) => (
          <i class="i-value-now" style={{ left, bottom: percent(within(values[step], nats)) }} />
        ))}
        {endNames(shown, nats)}
      </div>
      <div class="i-plot i-steps">{ticks(TIMES, TIME)}</div>
    </div>
  );
};

const picture = (state: State, r: LearningReading, hands: Hands<State>): Child => (
  <div class="i-learning">
    <div class="i-sliders">
      {stepper(hands, state, "step", r.step, ["◂ step", "step ▸"], `${r.step} of ${STEPS}`)}
      {dial(hands, state, "rate", "Rate of the gradient")}
      {pick(
        hands,
        state,
        "start",
        "Start",
        hands.options("start").map((value) => ({ value, label: STARTS_IN_WORDS[value].label })),
      )}
      {dial(hands, state, "seed", "Points, by seed", String(Math.round(state.seed)))}
    </div>
    {panels(state, r, hands)}
    {trace(r)}
  </div>
);

/** Two places that a reader would call one, and a move that one would call none. */
const ONE = 0.05;
/** A learner's name where a sentence begins. */
const named = (learner: Learner): string => capital(NAMES[learner].name);

/** How far a learner is, and what has become of its prototypes: left behind, or two in one place. */
const fate = ({ learner, places, values }: Run, step: number): Child => {
  const [first, now] = [places[0], places[step]];
  const still = LETTERS.slice(0, now.length).filter((_, k) => gap(now[k], first[k]) === 0);
  const pairs = now.flatMap((m, k) =>
    now.slice(k + 1).flatMap((other, j) => (gap(m, other) < ONE ? [`${LETTERS[k]} and ${LETTERS[k + 1 + j]}`] : [])),
  );
  const facts = [
    ...(still.length > 0 ? [`${listed(still)} ${still.length > 1 ? "have" : "has"} not moved`] : []),
    ...(pairs.length > 0 ? [`${listed(pairs)} stand in one place`] : []),
  ];
  return [
    ` ${named(learner)} is at ${two(values[step])}`,
    facts.map((fact, i) => [i === 0 ? ": " : ", and ", <b>{fact}</b>]),
    ".",
  ];
};

/** EM and the gradient have the same credit: how far apart has it led them? */
const sameCredit = (em: Run, gradient: Run, step: number): Child => {
  const apart = Math.max(...em.places[step].map((m, k) => gap(m, gradient.places[step][k])));
  return [
    ` EM is at ${two(em.values[step])}, gradient at ${two(gradient.values[step])}, `,
    apart < ONE ? <b>the same place by another path</b> : `up to ${two(apart)} apart`,
    ".",
  ];
};

/** What was moved last, but for the step, which every sentence has; null for nothing. */
const lead = (state: State, act: Act<State> | null): string | null => {
  switch (act?.control) {
    case "seed":
      return `Points of seed ${Math.round(state.seed)}.`;
    case "rate":
      return `Rate ${two(state.rate)}.`;
    case "start":
      return STARTS_IN_WORDS[state.start].said;
  }
  const turned = LEARNERS.find((learner) => learner === act?.control);
  return turned ? `${named(turned)} is ${state.without.includes(turned) ? "off" : "on"}.` : null;
};

const sentence = (state: State, { shown, step }: LearningReading, act: Act<State> | null): Child => {
  const first = lead(state, act);
  const opening = <b>{first ?? `Step ${step}.`}</b>;
  if (shown.length === 0) return [opening, " No learner is on."];
  const second = first ? ` Step ${step}.` : "";
  if (step === 0) {
    const who = shown.length > 1 ? "Every learner" : named(shown[0].learner);
    return [opening, second, ` ${who} stands at the start, with a log-likelihood of ${two(shown[0].values[0])}.`];
  }
  const em = shown.find(({ learner }) => learner === "em");
  const gradient = shown.find(({ learner }) => learner === "gradient");
  const pair = em && gradient && sameCredit(em, gradient, step);
  const alone = shown.filter((other) => !pair || (other !== em && other !== gradient));
  return [opening, second, pair, alone.map((other) => fate(other, step))];
};

export const definition = widget<State, LearningReading>({
  tag: "iem-learning",
  schema,
  title: "Learning, step by step",
  lede:
    "Sixty points and three prototypes, the same for every learner. Each point is drawn as the mark of its leader, " +
    "cut by credit; a pale slice means that nobody claims it.",
  tall: (state) => (few(state) ? 900 : 830),
  read,
  picture,
  sentence,
});
