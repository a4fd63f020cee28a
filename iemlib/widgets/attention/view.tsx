/** A query, keys and values in the plane; what they make of each other, and what the message that comes back makes of them. */
import type { Act, Child, Control, Hands, PipeReading } from "../core/widget";
import { readPipe, widget } from "../core/widget";
import { dial, movedBy, nameOf } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import { angleOf, dragged, handle, type Point, placed, written } from "../marks/handles";
import { hue, mark } from "../marks/marks";
import { on, type Span, told } from "../marks/plot";
import { verdict } from "../marks/sentence";
import { dot, sum, type Vector } from "../math/array";
import { dot_product, squared_distance } from "../math/energies";
import { implicit_em } from "../math/mechanism";
import { read_out } from "../math/objective/read_out";
import { responsibilities } from "../math/softmin";
import { type State, schema } from "./state";

/** How much the loss rises for each unit that the read-out goes the message's way. */
const SLOPE = 0.3;
/** The length that all keys have where they have one length. */
const LENGTH = 1.6;
const NOWHERE: Point = [0, 0];
/** Equal for every reader: far below the second decimal. */
const EQUAL = 1e-9;
/** What two decimals show as nothing. */
const NOTHING = 0.005;

const SINK = "the sink";

const pairs = (across: Vector, up: Vector): readonly Point[] =>
  across.slice(0, up.length).map((x, k): Point => [x, up[k]]);
/** The keys as they count: where they have one length, in their own directions. */
const keysOf = (state: State): readonly Point[] =>
  pairs(state.keys_across, state.keys_up).map(([x, y]): Point => {
    if (state.lengths === "own") return [x, y];
    const angle = Math.atan2(y, x);
    return [LENGTH * Math.cos(angle), LENGTH * Math.sin(angle)];
  });
/** A key without a value of its own answers with itself. */
const valuesOf = (state: State): readonly Point[] => {
  const own = state.tied === "on" ? [] : pairs(state.values_across, state.values_up);
  return keysOf(state).map((key, k) => own[k] ?? key);
};
/** These points, and where there is a sink its own: zeros. */
const withSink = (state: State, points: readonly Point[]): readonly Point[] =>
  state.sink === "on" ? [...points, NOWHERE] : points;
const queryOf = (state: State): Point => [state.query_across, state.query_up];
const messageOf = ({ direction }: State): Point => {
  const angle = (direction * Math.PI) / 180;
  return [SLOPE * Math.cos(angle), SLOPE * Math.sin(angle)];
};
/** The mean of some points by their weights. */
const mean = (weights: Vector, points: readonly Point[]): Point => [
  sum(points.map(([x], k) => weights[k] * x)),
  sum(points.map(([, y], k) => weights[k] * y)),
];

/** The message's direction as it is written. */
const degrees = ({ direction }: State): string => `${Number(two(direction).replace("−", "-"))}°`.replace("-", "−");

interface AttentionReading extends PipeReading {
  readonly query: Point;
  readonly keys: readonly Point[];
  readonly values: readonly Point[];
  readonly message: Point;
  readonly readOut: Point;
  /** The gradient of log-sum-exp in the query: the mean of the keys. */
  readonly slope: Point;
  /** How much less each value alone would add to the loss than the read-out does. */
  readonly advantages: Vector;
  /** What each key would have by its distance alone, of what the keys share. */
  readonly near: Vector;
}

const read = (state: State): AttentionReading => {
  const [query, keys, values, message] = [queryOf(state), keysOf(state), valuesOf(state), messageOf(state)];
  const costs = withSink(state, values).map((v) => dot(message, v));
  const least = Math.min(...costs);
  // To the credit one number more for all is nothing, and so it is to the last digit.
  const mechanism = { ...implicit_em, objective: read_out({ costs: costs.map((a) => a - least) }) };
  const energies = dot_product(query, withSink(state, keys));
  const pipe = readPipe(mechanism, energies);
  const { scores, credit } = pipe.passage;
  const readOut = mean(scores, withSink(state, values));
  const average = dot(message, readOut);
  const advantages = costs.map((a) => average - a);
  const kept = sum(scores.slice(0, keys.length));
  const near = responsibilities(squared_distance(query, keys)).map((share) => share * kept);
  return {
    ...pipe,
    query,
    keys,
    values,
    message,
    readOut,
    slope: mean(scores, withSink(state, keys)),
    advantages,
    near,
    numbers: {
      head: ["hypothesis", "energy d", "weight α", "by distance", "own zero", "cost g·v", "advantage", "credit c"],
      rows: withSink(state, keys).map((key, k) => [
        k < keys.length ? `${LETTERS[k]}, key at ${written(key)}, value at ${written(values[k])}` : SINK,
        energies[k],
        scores[k],
        near[k] ?? scores[k],
        -dot(key, key) / 2,
        costs[k],
        advantages[k],
        credit[k],
      ]),
      note: ["Average g·o", average],
    },
  };
};

// ------------------------------------------------------------------------------------ the plane

const PLANE: Span = { low: -2.5, high: 2.5 };
/** The message is drawn this much longer than it is. */
const DRAWN = 2.5;
const KEY = "Key";
const VALUE = "Value";

const x = ([across]: Point): string => percent(on(across, PLANE));
const y = ([, up]: Point): string => percent(1 - on(up, PLANE));
const line = (a: Point, b: Point, look: string, width?: number): Child => (
  <line
    class={look}
    x1={x(a)}
    y1={y(a)}
    x2={x(b)}
    y2={y(b)}
    style={width === undefined ? undefined : { strokeWidth: `calc(${width.toFixed(2)} * var(--u))` }}
  />
);
const beyond = ([across, up]: Point, [dx, dy]: Point, by: number): Point => [across + dx * by, up + dy * by];
/** A word at a point of the plane, `dx` and `dy` of its own heights aside. */
const word = (at: Point, dx: number, dy: number, text: Child, anchor: "start" | "middle" | "end" = "start"): Child => (
  <text x={x(at)} y={y(at)} dx={`${dx}em`} dy={`${dy}em`} text-anchor={anchor}>
    {text}
  </text>
);
/** The head of an arrow from `a` to `b`, its tip in the middle of what it stands in. */
const tip = (a: Point, b: Point, look = ""): Child => (
  <i class={`i-tip ${look}`} style={{ rotate: `${(-angleOf(a, b)).toFixed(2)}deg` }} />
);
const octagon = (
  <svg class="i-mark i-sink" viewBox="-1.2 -1.2 2.4 2.4" aria-hidden="true">
    <path class="i-hollow" d="M-.9 -.37L-.37 -.9H.37L.9 -.37V.37L.37 .9H-.37L-.9 .37Z" />
  </svg>
);

/** The width of a line that carries all of the weight, in units. */
const WHOLE = 16;
/** Longer than any line across the plane; and how far along the average its name stands. */
const ACROSS = 20;
const ASIDE = 1.6;

/** The lines beneath the marks: who is pulled where, and how far each value is from the average. */
const sketch = (state: State, r: AttentionReading): Child => {
  const { query, keys, values, message, readOut, advantages } = r;
  const unit: Point = [message[0] / SLOPE, message[1] / SLOPE];
  const level: Point = [-unit[1], unit[0]];
  const head = beyond(readOut, message, DRAWN);
  // A word beside the line, towards the middle of the plane.
  const beside = beyond(readOut, level, dot(readOut, level) > 0 ? -ASIDE : ASIDE);
  const left = query[0] > readOut[0];
  return (
    <svg class="i-sketch" aria-hidden="true">
      {line([PLANE.low, 0], [PLANE.high, 0], "i-cross")}
      {line([0, PLANE.low], [0, PLANE.high], "i-cross")}
      {state.lengths === "equal" && (
        <circle class="i-one-length" cx="50%" cy="50%" r={percent(LENGTH / (PLANE.high - PLANE.low))} />
      )}
      {line(beyond(readOut, level, -ACROSS), beyond(readOut, level, ACROSS), "i-average")}
      {values.map((v, k) => line(v, beyond(v, unit, advantages[k] / SLOPE), "i-apart"))}
      {withSink(state, values).map((v, k) =>
        line(readOut, v, `i-pull ${k < values.length ? hue(k) : ""}`, WHOLE * r.passage.scores[k]),
      )}
      {state.tied === "off" && keys.map((key, k) => line(key, values[k], `i-answer ${hue(k)}`))}
      {line(NOWHERE, query, "i-asks")}
      {state.tied === "on" && line(NOWHERE, readOut, "i-slope")}
      {line(readOut, head, "i-message")}
      {word(query, 0, -1.1, "query", "middle")}
      {state.sink === "on" && word(NOWHERE, -0.9, 1.5, "sink", "end")}
      {word(readOut, left ? -0.8 : 0.8, message[1] < 0 ? -0.7 : 1.4, "read-out", left ? "end" : "start")}
      {word(head, 0, message[1] < 0 ? 1.5 : -0.8, [<tspan class="i-g">g</tspan>, ": loss rises"], "middle")}
      {word(beside, 0.5, 0.4, "average")}
    </svg>
  );
};

/** The numbers of a list with the k-th put in its place. */
const put = (values: Vector, k: number, value: number): Vector => values.map((v, j) => (j === k ? value : v));

/** The handles of all keys, or of all values that are not keys: drawn at `shown`, as `inside` says. */
const grips = (
  state: State,
  { passage: { scores, credit } }: AttentionReading,
  hands: Hands<State>,
  trait: "keys" | "values",
  shown: readonly Point[],
  inside: (k: number) => Child,
): Child => {
  const what = trait === "keys" ? KEY : VALUE;
  const [across, up] = [state[`${trait}_across`], state[`${trait}_up`]];
  return pairs(across, up)
    .slice(0, shown.length)
    .map((value, k) => {
      const name = nameOf(what, k);
      const h = {
        ...ofPlane(hands, trait),
        name,
        label: `${what} of ${LETTERS[k]}`,
        at: shown[k],
        value,
        text: `weight ${two(scores[k])}, credit ${two(credit[k])}`,
        moved: (to: Point) =>
          hands.set({ [`${trait}_across`]: put(across, k, to[0]), [`${trait}_up`]: put(up, k, to[1]) }, name, true),
      };
      return handle(h, inside(k));
    });
};
/** What all handles of one control have. */
const ofPlane = (hands: Hands<State>, control: Control<State>) => ({
  range: hands.span("query_across"),
  plane: PLANE,
  locked: hands.locked(control) || !hands.shows(control),
});

const plane = (state: State, r: AttentionReading, hands: Hands<State>): Child => {
  const { query, keys, values, readOut, message } = r;
  const head = beyond(readOut, message, DRAWN);
  const turned = (to: Point): void => {
    const { low, high, step } = hands.span("direction");
    const angle = Math.round(angleOf(readOut, to) / step) * step;
    hands.set({ direction: Math.max(low, Math.min(high, angle)) }, "direction", true);
  };
  const turns = ofPlane(hands, "direction").locked ? null : dragged(head, PLANE, turned);
  return (
    <div class="i-plot i-space">
      {told(`Read-out at ${written(readOut)}, the loss rising at ${degrees(state)}`)}
      {sketch(state, r)}
      {state.sink === "on" && (
        <span class="i-spot" style={placed(NOWHERE, PLANE)}>
          {octagon}
        </span>
      )}
      {state.tied === "off" && grips(state, r, hands, "values", values, (k) => tip(keys[k], values[k], hue(k)))}
      {grips(state, r, hands, "keys", keys, (k) => mark(k))}
      <span class={turns ? "i-grip i-turns" : "i-grip"} style={placed(head, PLANE)} {...turns}>
        {tip(readOut, head)}
      </span>
      <i class="i-spot i-read-out" style={placed(readOut, PLANE)} />
      {handle(
        {
          ...ofPlane(hands, "query"),
          name: "query",
          label: "Query",
          at: query,
          value: query,
          text: `read-out at ${written(readOut)}`,
          moved: ([query_across, query_up]) => hands.set({ query_across, query_up }, "query", true),
        },
        <i class="i-query" />,
      )}
    </div>
  );
};

// ------------------------------------------------------------------------------------ weights and credit

/** The axis of weights, advantages and credit. */
const AXIS: Span = { low: -1.06, high: 1.1 };
const at = (v: number): number => on(Math.max(AXIS.low, Math.min(AXIS.high, v)), AXIS);
const between = (a: number, b: number): { left: string; width: string } => ({
  left: percent(Math.min(at(a), at(b))),
  width: percent(Math.abs(at(a) - at(b))),
});
const unitBand = <i class="i-simplex" style={between(0, 1)} />;
const zero = <i class="i-nought" style={{ left: percent(at(0)) }} />;

/** Weight above, credit below; between zero and the whisker's end lies the advantage, and the credit is its share. */
const lever = (k: number, weight: number, advantage: number, credit: number, near?: number): Child => (
  <div class={`i-vernier i-lever ${k < LETTERS.length ? hue(k) : ""}`}>
    {unitBand}
    {zero}
    <i class="i-bar i-score" style={between(0, weight)} />
    <i class="i-whisker" style={between(0, advantage)} />
    <i class="i-bar i-credit" style={between(0, credit)} />
    <i class="i-whisker-end" style={{ left: percent(at(advantage)) }} />
    <i class="i-end i-up" style={{ left: percent(at(weight)) }} />
    <i class="i-end i-down" style={{ left: percent(at(credit)) }} />
    <i class="i-riser" style={between(weight, credit)} />
    {near !== undefined && <i class="i-tick i-on" style={{ left: percent(at(near)) }} />}
    {advantage > AXIS.high && <i class="i-off i-right i-down" />}
    {advantage < AXIS.low && <i class="i-off i-left i-down" />}
  </div>
);

/** "0.38 × 0.64 = 0.24" */
const product = (name: string, weight: number, advantage: number, credit: number): Child => (
  <div
    class="i-product"
    role="img"
    aria-label={`${name}: weight ${two(weight)}, times advantage ${two(advantage)}, is credit ${two(credit)}`}
  >
    <span>{two(weight)}</span>
    <i>×</i>
    <span>{two(advantage)}</span>
    <b>=</b>
    <b>{two(credit)}</b>
  </div>
);

/** Parts end to end from `start`, to the right or back to the left. */
const laid = (values: Vector, look: string, start: number, way: 1 | -1, letters: number): Child => {
  let from = start;
  return values.map((v, k) => {
    const to = from + way * v;
    const bar = (
      <i class={`i-bar ${look} ${k < letters ? hue(k) : ""}`} style={between(from, to)}>
        {look === "i-score" && k < letters && <b>{LETTERS[k]}</b>}
      </i>
    );
    from = to;
    return v > 0 && bar;
  });
};

/** All weights, which reach 1, and all credit, which goes out and comes back. */
const balance = ({ passage: { scores, credit }, keys }: AttentionReading): Child => {
  const pulls = credit.map((c) => Math.max(0, c));
  const out = sum(pulls);
  return (
    <div class="i-vernier i-total i-balance">
      {unitBand}
      {laid(scores, "i-score", 0, 1, keys.length)}
      {laid(pulls, "i-credit i-out", 0, 1, keys.length)}
      {laid(
        credit.map((c) => Math.max(0, -c)),
        "i-credit i-back",
        out,
        -1,
        keys.length,
      )}
      {zero}
      <i class="i-end i-up" style={{ left: percent(at(sum(scores))) }} />
      <i class="i-end i-down" style={{ left: percent(at(out)) }} />
      <i class="i-end i-down" style={{ left: percent(at(0)) }} />
    </div>
  );
};

const row = (name: Child, levers: Child, numbers: Child): Child => (
  <div class="i-row">
    <div class="i-name" aria-hidden="true">
      {name}
    </div>
    {levers}
    {numbers}
  </div>
);

const rows = (r: AttentionReading): Child => {
  const { scores, credit } = r.passage;
  const letters = r.keys.length;
  return (
    <div class="i-compare i-levers">
      <div class="i-row i-heads" aria-hidden="true">
        <div class="i-name" />
        <div class="i-ticks">
          <span style={{ left: percent(at(-0.5)) }}>◂ pushed away</span>
          <span style={{ left: percent(at(0.5)) }}>pulled in ▸</span>
        </div>
        <div class="i-product">
          <span>weight</span>
          <i>×</i>
          <span>adv.</span>
          <b>=</b>
          <b>credit</b>
        </div>
      </div>
      {scores.map((weight, k) => {
        const own = k < letters;
        return row(
          own ? mark(k) : octagon,
          lever(own ? k : LETTERS.length, weight, r.advantages[k], credit[k], r.near[k]),
          product(own ? LETTERS[k] : "Sink", weight, r.advantages[k], credit[k]),
        );
      })}
      <div class="i-row i-sumrow" aria-hidden="true">
        <div class="i-name">
          <b>Σ</b>
        </div>
        {balance(r)}
        <div class="i-product">
          <span>{two(sum(scores))}</span>
          <i />
          <span />
          <b />
          <b>{two(sum(credit))}</b>
        </div>
      </div>
      <div class="i-row" aria-hidden="true">
        <div class="i-name" />
        <div class="i-ticks">
          {[-1, 0, 1].map((v) => (
            <span style={{ left: percent(at(v)) }}>{String(v).replace("-", "−")}</span>
          ))}
        </div>
        <div class="i-product" />
      </div>
    </div>
  );
};

const legend = (
  <p class="i-caption i-legend">
    <span>
      <i class="i-swatch i-sw-score" />
      {"weight "}
      <i>α</i>
    </span>
    <span>
      <i class="i-swatch i-sw-whisker" />
      advantage, against the average
    </span>
    <span>
      <i class="i-swatch i-sw-credit" />
      {"credit "}
      <i>c</i>
    </span>
    <span>▲ weight by distance alone</span>
  </p>
);

// ------------------------------------------------------------------------------------ switches

type Turn = "tied" | "sink" | "lengths";
/** What each switch is called, what it does, and the words of its trait, off and on. */
const TURNS: Readonly<Record<Turn, { readonly name: string; readonly how: string }>> = {
  tied: { name: "Values = keys", how: "the read-out becomes a slope" },
  sink: { name: "Sink", how: "a key of zeros, with a value of zeros" },
  lengths: { name: "Keys of equal length", how: "no key has a zero of its own" },
};

const turn = (state: State, hands: Hands<State>, trait: Turn): Child => {
  if (!hands.shows(trait)) return false;
  const [off, turned] = hands.options(trait);
  const { name, how } = TURNS[trait];
  return (
    <label class="i-choice">
      <input
        type="checkbox"
        role="switch"
        name={trait}
        checked={state[trait] === turned}
        disabled={hands.locked(trait)}
        onChange={() => hands.set({ [trait]: state[trait] === turned ? off : turned }, trait)}
      />
      <span>
        <b>{name}</b>
        <span class="i-caption">{how}</span>
      </span>
    </label>
  );
};

const picture = (state: State, r: AttentionReading, hands: Hands<State>): Child => (
  <div class="i-attention">
    <div class="i-asked">
      {plane(state, r, hands)}
      {dial(hands, state, "direction", "Message", degrees(state))}
    </div>
    <div class="i-turns-of">
      {turn(state, hands, "tied")}
      {turn(state, hands, "sink")}
      {turn(state, hands, "lengths")}
    </div>
    <div class="i-shares-of">
      {legend}
      {rows(r)}
    </div>
  </div>
);

// ------------------------------------------------------------------------------------ words

/** What the length of key k has to do with its weight. */
const byDistance = (state: State, r: AttentionReading, k: number): string => {
  const [weight, near] = [r.passage.scores[k], r.near[k]];
  const of = state.sink === "on" ? ` of the keys’ ${two(sum(r.near))}` : "";
  if (Math.abs(weight - near) < EQUAL) return `It has ${two(weight)}${of}, as by distance alone.`;
  const length = two(Math.hypot(...r.keys[k]));
  return `It has ${two(weight)}${of}, by distance alone ${two(near)}: its length, ${length}, is a zero of its own.`;
};

/** What a value alone would do to the loss. */
const alone = (k: number, { advantages, passage }: AttentionReading): string => {
  const advantage = advantages[k];
  const cost =
    Math.abs(advantage) < NOTHING
      ? "as much as the read-out"
      : `${two(Math.abs(advantage))} ${advantage < 0 ? "more" : "less"} than the read-out`;
  return `The value of ${LETTERS[k]} alone would cost ${cost}: its credit is ${two(passage.credit[k])}.`;
};

/** The key with the most weight. */
const leader = ({ passage, keys }: AttentionReading): number => {
  const weights = passage.scores.slice(0, keys.length);
  return weights.indexOf(Math.max(...weights));
};
const leads = (r: AttentionReading): string => {
  const k = leader(r);
  return `${LETTERS[k]} has the most weight of the keys, ${two(r.passage.scores[k])}.`;
};

/** The key whose length does the most to its weight. */
const longest = ({ passage, near }: AttentionReading): number => {
  const gaps = near.map((share, k) => Math.abs(share - passage.scores[k]));
  return gaps.indexOf(Math.max(...gaps));
};

/** What was done, and what came of it. */
const event = (state: State, r: AttentionReading, act: Act<State> | null): readonly [string, string] => {
  const [key, value] = [movedBy(act, KEY), movedBy(act, VALUE)];
  if (key >= 0) return [`The key of ${LETTERS[key]} is at ${written(r.keys[key])}.`, byDistance(state, r, key)];
  if (value >= 0)
    return [`The value of ${LETTERS[value]} is at ${written(r.values[value])}: no weight moves.`, alone(value, r)];
  switch (act?.control) {
    case "query":
      return [`The query is at ${written(r.query)}.`, leads(r)];
    case "direction": {
      const before = read(act.from).passage.credit;
      const { credit } = r.passage;
      const flipped =
        credit.every((c, k) => Math.abs(c + before[k]) < EQUAL) && credit.some((c) => Math.abs(c) > EQUAL);
      const turned = flipped ? "Every credit has changed its sign." : alone(leader(r), r);
      return [`The message points to ${degrees(state)}: no weight moves.`, turned];
    }
    case "sink":
      return state.sink === "on"
        ? [`The sink takes ${two(r.passage.scores[r.keys.length])}.`, `The keys share ${two(sum(r.near))}.`]
        : ["There is no sink.", "The keys share all."];
    case "tied": {
      const [slope, readOut] = [written(r.slope), written(r.readOut)];
      return state.tied === "on"
        ? ["Values are keys.", `The slope of log-sum-exp in the query is ${slope}, and so is the read-out.`]
        : ["Values are their own.", `The slope of log-sum-exp in the query is ${slope}, the read-out ${readOut}.`];
    }
    case "lengths": {
      const k = longest(r);
      return state.lengths === "equal"
        ? [`All keys have length ${two(LENGTH)}.`, "Their weights are what distance alone gives."]
        : ["Keys have lengths of their own.", `Take ${LETTERS[k]}. ${byDistance(state, r, k)}`];
    }
  }
  return [leads(r), alone(leader(r), r)];
};

/** Who is pulled in, who is pushed away, and that it is as much. */
const settled = ({ passage: { credit }, keys }: AttentionReading): string => {
  const who = (of: (c: number) => boolean): readonly string[] =>
    credit.flatMap((c, k) => (of(c) ? [k < keys.length ? LETTERS[k] : SINK] : []));
  const [pulled, pushed] = [who((c) => c >= NOTHING), who((c) => c <= -NOTHING)];
  if (pulled.length === 0 || pushed.length === 0) return "No credit is far from zero.";
  const be = (names: readonly string[]): string => `${listed(names)} ${names.length > 1 ? "are" : "is"}`;
  const out = two(sum(credit.filter((c) => c > 0)));
  const back = two(-sum(credit.filter((c) => c < 0)));
  return `${be(pulled)} pulled in, ${be(pushed)} pushed away: by ${out} and ${back} in all, and the credit sums to ${two(sum(credit))}.`;
};

const sentence = (state: State, r: AttentionReading, act: Act<State> | null): Child => {
  const [first, second] = event(state, r, act);
  return [<b>{first}</b>, ` ${second} ${settled(r)}${verdict(r.measurement)}`];
};

/** Height of a row where there are many, and of all rows that stand beside the plane without making it taller. */
const ROW = 44;
const BESIDE = 274;
const tall = (state: State): number => 790 + Math.max(0, ROW * withSink(state, keysOf(state)).length - BESIDE);

export const definition = widget<State, AttentionReading>({
  tag: "iem-attention",
  schema,
  title: "Attention, forward and back",
  lede: [
    "A query asks its keys, each answers with its value, and the read-out lies where the weights pull it. A message ",
    <i>g</i>,
    " comes back: the way the loss rises. Drag the ring, the marks, the arrowheads; turn the message.",
  ],
  tall,
  metersOf: () => "The six meters of weights and credit; coupling, for a loss that is straight.",
  read,
  picture,
  sentence,
});
