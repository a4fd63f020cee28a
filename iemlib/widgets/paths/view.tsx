/** A lattice of five steps and three states: a hypothesis is a whole path, and every edge is as wide as its posterior. */
import { type Act, type Child, type Hands, type Reading, widget } from "../core/widget";
import { ghost, pick, type Range, slider } from "../marks/controls";
import { capital, LETTERS, percent, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { gauge } from "../marks/meters";
import { sheet } from "../marks/plot";
import { pair, vernier } from "../marks/rows";
import { type Matrix, sum, type Vector } from "../math/array";
import { type Lattice, path_credit, path_energies, path_log_sum_exp, path_posteriors } from "../math/hypotheses/paths";
import { type State, schema } from "./state";

const STEPS = schema.a.default.length;
const STATES = 3;
/** The traits that hold the energies of A, B and C. */
const ROWS = ["a", "b", "c"] as const;

/** A state at a step, steps counted from 0. */
interface Place {
  readonly name: string;
  readonly t: number;
  readonly k: number;
}
const PLACES: readonly Place[] = Array.from({ length: STEPS * STATES }, (_, i) => {
  const [t, k] = [Math.floor(i / STATES), i % STATES];
  return { name: `${LETTERS[k]}${t + 1}`, t, k };
});
/** From state j at step t to state k at the next; the `index`-th of the edges' energies. */
interface Edge {
  readonly name: State["edge"];
  readonly index: number;
  readonly t: number;
  readonly j: number;
  readonly k: number;
}
const EDGES: readonly Edge[] = schema.edge.options.map((name, index) => ({
  name,
  index,
  t: Number(name[1]) - 1,
  j: LETTERS.indexOf(name[0] as "A"),
  k: LETTERS.indexOf(name[3] as "A"),
}));
const inHand = ({ edge }: State): Edge => EDGES[schema.edge.options.indexOf(edge)];
const at = (values: readonly Matrix[], { t, j, k }: Edge): number => values[t][j][k];
const isOut = (state: State, { name }: Edge): boolean => state.forbidden.includes(name);
/** An edge's energy as it counts. */
const energyOf = (state: State, edge: Edge): number =>
  isOut(state, edge) ? Number.POSITIVE_INFINITY : state.edges[edge.index];

const latticeOf = (state: State): Lattice => {
  const states = Array.from({ length: STEPS }, (_, t) => ROWS.map((row) => state[row][t]));
  const energies = EDGES.map((edge) => energyOf(state, edge));
  const from = (t: number, j: number): number => (t * STATES + j) * STATES;
  return {
    states,
    edges: states.slice(1).map((u, t) => u.map((_, j) => energies.slice(from(t, j), from(t, j + 1)))),
  };
};
/** All its numbers: the states step by step, then the edges. */
const flat = ({ states, edges }: Lattice): Vector => [states.flat(), edges.flat(2)].flat();

/** A path: its states, and its energy. */
interface Path {
  readonly states: readonly number[];
  readonly energy: number;
}
/** Which states each path goes through, in the order of their energies. */
const WAYS: readonly (readonly number[])[] = Array.from({ length: STATES ** STEPS }, (_, i) =>
  Array.from({ length: STEPS }, (_, t) => Math.floor(i / STATES ** (STEPS - 1 - t)) % STATES),
);

interface PathsReading extends Reading {
  /** Shares of the paths by forward–backward, and credit by backprop; NaN where no path is left. */
  readonly posteriors: Lattice;
  readonly credit: Lattice;
  /** The paths that are left, the best first, and the share of each. */
  readonly paths: readonly Path[];
  readonly shares: Vector;
}

const read = (state: State): PathsReading => {
  const lattice = latticeOf(state);
  const value = path_log_sum_exp(lattice);
  const [posteriors, credit] = [path_posteriors(lattice), path_credit(lattice)];
  const paths = path_energies(lattice)
    .map((energy, i) => ({ energy, states: WAYS[i] }))
    .filter(({ energy }) => Number.isFinite(energy))
    .sort((a, b) => a.energy - b.energy);
  const columns = [lattice, posteriors, credit].map(flat);
  return {
    measurement: null,
    posteriors,
    credit,
    paths,
    shares: paths.map(({ energy }) => Math.exp(-energy - value)),
    numbers: {
      head: ["where", "energy", "posterior", "credit"],
      rows: [...PLACES, ...EDGES].map(({ name }, i) => [name, ...columns.map((column) => column[i])] as const),
      note: ["Objective L", value],
    },
  };
};

// ------------------------------------------------------------------------------------ the lattice

/** The box in which edges are drawn: time goes right in it, and down where CSS turns it. */
const BOX = 100;
/** An edge's button is this far along it: there those of one step stand evenly, whatever they cross. */
const ALONG = 0.25;
const across = (t: number): number => (t / (STEPS - 1)) * BOX;
const down = (k: number): number => (k / (STATES - 1)) * BOX;
const point = (t: number, k: number): string => `${across(t)} ${down(k)}`;
/** The part of an edge from one share of its length to another, as a path. */
const stretch = ({ t, j, k }: Edge, from = 0, to = 1): string =>
  `M${point(t + from, j + (k - j) * from)}L${point(t + to, j + (k - j) * to)}`;
/** Where something stands in the lattice, on its two axes. */
const placed = (t: number, k: number): Record<string, string> => ({ "--t": `${across(t)}%`, "--k": `${down(k)}%` });

const inWords = ({ t, j, k }: Edge): string => `the edge ${LETTERS[j]} → ${LETTERS[k]}, step ${t + 1} to ${t + 2}`;
const word = ({ states }: Path): string => states.map((k) => LETTERS[k]).join("");

/** A share in two decimals; there is none without a path. */
const written = (share: number): string => (Number.isNaN(share) ? "–" : two(share));
/** What is drawn of the two: posteriors solid, credit striped. */
const drawn = (state: State, r: PathsReading): Lattice => (state.by === "backprop" ? r.credit : r.posteriors);

const edges = (state: State, r: PathsReading): Child => {
  const share = (edge: Edge): number => at(drawn(state, r).edges, edge);
  const allowed = EDGES.filter((edge) => !isOut(state, edge));
  const forbidden = EDGES.filter((edge) => isOut(state, edge));
  const line = (look: string, some: readonly Edge[], from = 0, to = 1): Child => (
    <path class={look} d={some.map((edge) => stretch(edge, from, to)).join("")} />
  );
  return sheet(
    <g class="i-turned">
      {line("i-fine", allowed)}
      {allowed.map((edge) => (
        <g style={{ "--w": (share(edge) || 0).toFixed(4) }}>
          {line("i-flow", [edge])}
          {state.by === "backprop" && line("i-flow i-rungs", [edge])}
        </g>
      ))}
      {line("", forbidden, 0, ALONG)}
      {line("i-gone", forbidden, ALONG)}
      {r.paths.slice(0, 1).map(({ states }) => (
        <path class="i-ink" d={`M${states.map((k, t) => point(t, k)).join("L")}`} />
      ))}
    </g>,
  );
};

/** Whether a guess at what a forbidden edge does is awaited: an energy that is raised far enough would show it. */
const guessed = (hands: Hands<State>): boolean => hands.locked("forbidden");

/** How the slider of a state at a step is named, and so what an act on it is. */
const controlOf = ({ name }: Place): string => `state-${name}`;
/** The numbers with another in the place of one. */
const replaced = (values: Vector, i: number, value: number): Vector => values.map((v, j) => (j === i ? value : v));

/** A state at a step: its share as a ring, its energy as a distance from zero. */
const node = (state: State, r: PathsReading, hands: Hands<State>, place: Place): Child => {
  const { name, t, k } = place;
  const row = ROWS[k];
  const energy = state[row][t];
  const share = written(drawn(state, r).states[t][k]);
  const span = hands.span(row);
  const left = percent(energy / span.high);
  const handle: Range = {
    ...span,
    name: controlOf(place),
    label: `Energy of ${name}`,
    text: `${two(energy)}, posterior ${share}`,
    value: energy,
    locked: hands.locked("states") || guessed(hands) || !hands.shows("states"),
    moved: (value) => hands.set({ [row]: replaced(state[row], t, value) }, controlOf(place), true),
  };
  return (
    <div class={`i-node i-placed ${hue(k)}`} style={placed(t, k)}>
      <i class="i-ring" style={{ "--v": percent(drawn(state, r).states[t][k]) }} />
      {mark(k)}
      <span class="i-share">{share}</span>
      <div class="i-rail">
        <i class="i-stem" style={{ left: "0%", width: left }} />
        <span class="i-handle" style={{ left }}>
          {mark(k, false)}
        </span>
        {ghost(handle)}
      </div>
    </div>
  );
};

/** A radio button on every edge: which one is in hand. */
const buttons = (state: State, r: PathsReading, hands: Hands<State>): Child =>
  hands.shows("edge") && (
    <div role="radiogroup" aria-label="Edge in hand">
      {EDGES.map((edge) => {
        const { name, t, j, k } = edge;
        return (
          <input
            class={isOut(state, edge) ? "i-placed i-pick i-left-out" : "i-placed i-pick"}
            type="radio"
            name={`${hands.id}-edge`}
            value={name}
            checked={name === state.edge}
            disabled={hands.locked("edge")}
            aria-label={`${inWords(edge)}: posterior ${written(at(r.posteriors.edges, edge))}`}
            style={placed(t + ALONG, j + (k - j) * ALONG)}
            onChange={() => hands.set({ edge: name }, "edge")}
          />
        );
      })}
    </div>
  );

const lattice = (state: State, r: PathsReading, hands: Hands<State>): Child => (
  <div class={state.by === "backprop" ? "i-lattice i-striped" : "i-lattice"}>
    {edges(state, r)}
    {PLACES.slice(0, STEPS).map((_, t) => (
      <span class="i-step-name" style={placed(t, 0)} aria-hidden="true">
        <span>step </span>
        {t + 1}
      </span>
    ))}
    {PLACES.map((place) => node(state, r, hands, place))}
    {buttons(state, r, hands)}
  </div>
);

// ------------------------------------------------------------------------------------ beside it

/** How much of its share is left free at the end of a block. */
const GAP = 0.1;

/** All paths, end to end: their shares reach 1. */
const endToEnd = ({ paths, shares }: PathsReading): Child => {
  let end = 0;
  const block = (share: number): string => {
    end += share;
    return `M${((end - share) * BOX).toFixed(2)} 0V${BOX}H${((end - share * GAP) * BOX).toFixed(2)}V0z`;
  };
  const [best = "", ...others] = shares.map(block);
  return [
    <p class="i-caption">
      <b>{`Paths end to end: ${paths.length}.`}</b>
      {shares.length > 0 && ` The best has ${two(shares[0])}.`}
    </p>,
    <div class="i-plot i-all">{sheet(<path d={others.join("")} />, <path class="i-first" d={best} />)}</div>,
  ];
};

/** The edge in hand: its energy, its posterior and its credit. */
const edgeInHand = (state: State, r: PathsReading, hands: Hands<State>): Child => {
  const edge = inHand(state);
  const out = isOut(state, edge);
  const [posterior, credit] = [at(r.posteriors.edges, edge), at(r.credit.edges, edge)];
  const energy: Range = {
    ...hands.span("edges"),
    name: "energy",
    label: "Its energy",
    text: two(energyOf(state, edge)),
    value: state.edges[edge.index],
    locked: out || hands.locked("energy") || guessed(hands),
    moved: (value) => hands.set({ edges: replaced(state.edges, edge.index, value) }, "energy", true),
  };
  const forbidden = schema.forbidden.options.filter((name) => state.forbidden.includes(name) !== (name === edge.name));
  return (
    <div class="i-edge">
      <b>{capital(inWords(edge))}</b>
      {hands.shows("energy") && slider(energy)}
      {hands.shows("forbidden") && (
        <label class="i-choice">
          <input
            type="checkbox"
            name="forbidden"
            checked={out}
            disabled={hands.locked("forbidden")}
            onChange={() => hands.set({ forbidden }, "forbidden")}
          />
          Forbid it
        </label>
      )}
      <p class="i-caption">posterior solid, credit striped</p>
      <div class="i-compare">
        <div class="i-row">
          {vernier(0, posterior, credit)}
          {pair("Edge in hand", posterior, credit)}
        </div>
      </div>
    </div>
  );
};

/** Log-sum-exps of the backward recursion: one for each state before the last step. */
const BACKWARD = STATES * (STEPS - 1);
const WORDS: Readonly<Record<State["by"], string>> = {
  "forward-backward": `forward–backward: ${BACKWARD} log-sum-exps more`,
  backprop: "backprop: one product an edge",
};

/** Below this two numbers of the same thing, computed by two ways, are one. */
const EQUAL = 1e-9;

const gauges = (state: State, r: PathsReading): Child => {
  const shown = (name: string, value: string, condition: string, holds: boolean | null, aside: string): Child =>
    gauge({ name, value: <div class="i-value">{value}</div>, condition, holds, aside });
  /** A number and whether it is the one that it should be; NaN where no path is left. */
  const tried = (name: string, number: number, condition: string, target: number): Child =>
    shown(name, written(number), condition, Number.isNaN(number) ? null : Math.abs(number - target) < EQUAL, "no path");
  const gaps = EDGES.map((edge) => Math.abs(at(r.posteriors.edges, edge) - at(r.credit.edges, edge)));
  return (
    <div class="i-meters" style={{ gridTemplateColumns: "repeat(auto-fit, minmax(8em, 1fr))" }}>
      {shown("Paths", String(r.paths.length), `of 3⁵ = ${WAYS.length}`, null, "hypotheses")}
      {shown("Work", String(EDGES.length - state.forbidden.length), `of 4 · 3² = ${EDGES.length}`, null, "edges")}
      {tried("Sum", sum(r.shares) || Number.NaN, "of all paths’ shares: 1", 1)}
      {tried("Match", Math.max(...gaps), "credit = posterior, gap 0", 0)}
    </div>
  );
};

const picture = (state: State, r: PathsReading, hands: Hands<State>): Child => (
  <div class="i-paths">
    <div class="i-beside">
      {lattice(state, r, hands)}
      <div>
        {endToEnd(r)}
        {edgeInHand(state, r, hands)}
        {pick(
          hands,
          state,
          "by",
          "Shares by",
          hands.options("by").map((value) => ({ value, label: WORDS[value] })),
        )}
      </div>
    </div>
    {hands.said}
    {gauges(state, r)}
  </div>
);

// ------------------------------------------------------------------------------------ words

/** A share that changed by less reads the same to most. */
const SEEN = 0.01;

/** What was moved, from where to where, what became of its share, and how many edges answered. */
const answered = (
  what: string,
  act: Act<State>,
  now: State,
  energy: (of: State) => number,
  share: (of: PathsReading) => number,
): Child => {
  const [was, is] = [energy(act.from), energy(now)];
  const [before, after] = [read(act.from), read(now)];
  const how = is > was ? "raised" : is < was ? "lowered" : "put back";
  const moved = EDGES.filter(
    (edge) => Math.abs(at(after.posteriors.edges, edge) - at(before.posteriors.edges, edge)) >= SEEN,
  );
  return [
    <b>{`You ${how} ${what} to ${two(is)}:`}</b>,
    ` its posterior went from ${two(share(before))} to ${two(share(after))}, and of ${EDGES.length} edges ${moved.length} moved by ${SEEN} or more.`,
  ];
};

const event = (state: State, act: Act<State> | null): Child => {
  const place = PLACES.find((other) => controlOf(other) === act?.control);
  if (act && place) {
    const { t, k } = place;
    const energy = (of: State): number => of[ROWS[k]][t];
    return answered(`${LETTERS[k]} at step ${t + 1}`, act, state, energy, ({ posteriors }) => posteriors.states[t][k]);
  }
  const edge = inHand(state);
  if (act && ["energy", "forbidden"].includes(act.control)) {
    const energy = (of: State): number => energyOf(of, edge);
    return answered(inWords(edge), act, state, energy, ({ posteriors }) => at(posteriors.edges, edge));
  }
  return (
    <b>
      {state.by === "backprop"
        ? "Every edge’s posterior by the chain rule alone."
        : "Every edge’s posterior by forward–backward, written out."}
    </b>
  );
};

const sentence = (state: State, r: PathsReading, act: Act<State> | null): Child => {
  const edge = inHand(state);
  if (r.paths.length === 0) return "No path is left: there is no objective, and no credit.";
  return [
    event(state, act),
    ` Of ${r.paths.length} paths none is better than ${word(r.paths[0])}, which has ${two(r.shares[0])}.`,
    ` ${capital(inWords(edge))}, has posterior ${two(at(r.posteriors.edges, edge))} and credit ${two(at(r.credit.edges, edge))}.`,
  ];
};

export const definition = widget<State, PathsReading>({
  tag: "iem-paths",
  schema,
  title: "All paths at once",
  lede:
    "A hypothesis is a whole path. Drag a state’s energy; take up an edge, change its energy or forbid it. " +
    "Edges are as wide as their share; the ink line is the best path.",
  tall: () => 680,
  read,
  picture,
  placesSentence: true,
  sentence,
});
