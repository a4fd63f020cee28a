/** EM's floor, moved by hand: L over the place of B, what shares put under it, and the step to the top of that. */
import { type Act, type Child, type Hands, type Reading, widget } from "../core/widget";
import { pick, press, range } from "../marks/controls";
import { percent, two } from "../marks/format";
import { hue } from "../marks/marks";
import { gauge } from "../marks/meters";
import { level, on, path, plot, ruler, type Span, sheet, told, within } from "../marks/plot";
import { argmax, sum, type Vector } from "../math/array";
import { energiesOf, type Heights, heights, SHARES, together, topOf } from "../math/floor";
import { type State, schema } from "./state";

// ------------------------------------------------------------------------------------ the numbers

const ACROSS: Span = { low: schema.place.low - 0.5, high: schema.place.high + 0.5 };
const SAMPLES = 200;
const SPACING = (ACROSS.high - ACROSS.low) / SAMPLES;
const PLACES = Array.from({ length: SAMPLES + 1 }, (_, i) => ACROSS.low + SPACING * i);

interface FloorReading extends Reading {
  /** Each number's shares of A and of B. */
  readonly shares: readonly Vector[];
  /** What all numbers say of B, at each of many places. */
  readonly everywhere: readonly Heights[];
  readonly here: Heights;
  readonly there: Heights;
  /** Where the M-step puts B: where it is, when the floor is level. */
  readonly top: number;
  readonly level: boolean;
  readonly above: Heights;
}

const read = (state: State): FloorReading => {
  const { data, held, place, other } = state;
  const taken = state.shares === "kept" ? state.built : place;
  const share = SHARES[state.shares === "kept" ? "softmin" : state.shares];
  const shares = data.map((x) => share(energiesOf(x, held, taken)));
  const of = (where: number): readonly Heights[] => data.map((x, n) => heights(x, held, shares[n], where));
  const highest = topOf(data, shares);
  const top = highest ?? place;
  const [here, there, above] = [place, other, top].map(of);
  const rows = data.map((x, n) => [
    ...energiesOf(x, held, place),
    ...shares[n],
    ...[here[n].L, here[n].F, here[n].slopeL, here[n].slopeF],
    ...[there[n].L, there[n].F, there[n].KL],
    ...[above[n].L, above[n].F],
  ]);
  return {
    measurement: null,
    shares,
    everywhere: PLACES.map((where) => together(of(where))),
    here: together(here),
    there: together(there),
    top,
    level: highest === null,
    above: together(above),
    numbers: {
      head: [
        "number",
        "d of A",
        "d of B",
        "q of A",
        "q of B",
        "L at B",
        "F at B",
        "slope of L",
        "slope of F",
        "L at θ",
        "F at θ",
        "KL(q‖r) at θ",
        "L at the top",
        "F at the top",
      ],
      rows: [
        ...rows.map((row, n): readonly [string, ...number[]] => [two(data[n]), ...row]),
        ["all", ...rows[0].map((_, column) => sum(rows.map((row) => row[column])))],
      ],
      note: ["Top of F", top],
    },
  };
};

/** Two numbers that are the same for every reader: equal far below what is drawn. */
const EQUAL = 1e-9;
const same = (a: number, b: number): boolean => Math.abs(a - b) < EQUAL;
/** What is not nothing does not read as if it were. */
const apart = (v: number): string => (same(v, 0) || two(v) !== two(0) ? two(v) : v < 0 ? "> −0.01" : "< 0.01");
/** By how much L and the floor rise from B to the floor's top. */
const rises = ({ here, above }: FloorReading): { readonly L: number; readonly F: number } => ({
  L: above.L - here.L,
  F: above.F - here.F,
});

// ------------------------------------------------------------------------------------ the plot

const TICKS = [0, 1, 2, 3, 4, 5, 6, 7];
const along = (place: number): string => percent(on(place, ACROSS));

/** Heights that are seen: all of L, with room below it for what hangs there, wherever B is. */
const ROOM = { above: 0.14, below: 0.45, least: 3 } as const;
const seen = ({ everywhere }: FloorReading): Span => {
  const all = everywhere.map(({ L }) => L);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const tall = Math.max(ROOM.least, high - low);
  return { low: low - ROOM.below * tall, high: high + ROOM.above * tall };
};
/** Whole numbers of nats, so far apart that they are six at most. */
const LEVELS = 6;
const levels = ({ low, high }: Span): readonly number[] => {
  const step = 2 ** Math.ceil(Math.log2((high - low) / LEVELS));
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, i) => first + i * step);
};

/** Half of how far a tangent is drawn, in units of the line. */
const REACH = 0.7;
/** A straight line through a point of the plot, in its box of 100 by 100. */
const tangent = (place: number, v: number, slope: number, y: Span): string => {
  const end = (by: number): string =>
    `${(on(place + by, ACROSS) * 100).toFixed(2)} ${(100 - on(v + by * slope, y) * 100).toFixed(2)}`;
  return `M${end(-REACH)}L${end(REACH)}`;
};
const spot = (place: number, v: number, y: Span, look: string, inside?: Child): Child => (
  <span class={`i-spot ${look}`} style={{ left: along(place), bottom: percent(within(v, y)) }} aria-hidden="true">
    {inside}
  </span>
);
/** A length between two heights at a place, cut off where the plot ends. */
const length = (place: number, low: number, high: number, y: Span, look: string, inside?: Child): Child => (
  <i
    class={`${look}${low < y.low ? " i-cut" : ""}`}
    style={{
      left: along(place),
      bottom: percent(within(low, y)),
      height: percent(Math.max(0, within(high, y) - within(low, y))),
    }}
  >
    {inside}
  </i>
);

const landscape = (state: State, r: FloorReading): Child => {
  const { here, there, above, top } = r;
  const { place, other } = state;
  const y = seen(r);
  const gap = there.L - there.F;
  const touches = same(here.L, here.F);
  const graph = (what: "L" | "F"): string => path((i) => r.everywhere[i][what], { low: 0, high: SAMPLES }, y, SAMPLES);
  return plot(
    "landscape",
    [<i>L</i>, " over the place of B; dashed the floor ", <i>F</i>, ", ◆ its top"],
    told(
      `With B at ${two(place)}: L ${two(here.L)}, F ${two(here.F)}. ` +
        `Top of F at ${two(top)}: L ${two(above.L)}, F ${two(above.F)}. ` +
        `At θ ${two(other)}: gap ${two(gap)}`,
    ),
    levels(y).map((v) => level(v, y)),
    sheet(
      <path class="i-climbed" d={graph("L")} />,
      <path class="i-under" d={graph("F")} />,
      <path d={tangent(place, here.F, here.slopeF, y) + tangent(place, here.L, here.slopeL, y)} />,
    ),
    state.shares === "kept" && (
      <b class="i-xlabel" style={{ left: along(state.built), top: "0" }} aria-hidden="true">
        q
      </b>
    ),
    length(top, above.F, above.L, y, "i-lift"),
    length(other, there.F, there.L, y, "i-kl", <b aria-hidden="true">{apart(gap)}</b>),
    !r.level && spot(top, above.F, y, "", "◆"),
    !touches && spot(place, here.F, y, "i-touch i-open"),
    spot(place, here.L, y, touches ? "i-touch" : "i-touch i-open"),
  );
};

/** Each number over its place, cut by its shares; a bar where the responsibilities at θ would cut it. */
const shared = ({ data, held, other }: State, { shares }: FloorReading): Child => {
  const numbers = data.map((x, n) => ({ x, q: shares[n], r: SHARES.softmin(energiesOf(x, held, other)) }));
  return plot(
    "shared",
    ["shares ", <i>q</i>, " of the numbers; bars: where those at θ cut"],
    told(numbers.map(({ x, q, r }) => `${two(x)}: A ${two(q[0])}, at θ ${two(r[0])}`).join("; ")),
    numbers.map(({ x, q, r }) => (
      <span class="i-number-shared" style={{ left: along(x) }}>
        {q.map((share, h) => (
          <i class={hue(h)} style={{ height: percent(share) }} />
        ))}
        <i class="i-would" style={{ top: percent(r[0]) }} />
      </span>
    )),
  );
};

// ------------------------------------------------------------------------------------ the hands

/** B's place, and with it where shares are taken, unless they are kept. */
const placed = (state: State, place: number): Partial<State> =>
  state.shares === "kept" ? { place } : { place, built: place };

const places = (state: State, hands: Hands<State>): Child =>
  ruler([state.held, state.place], ACROSS, TICKS, null, (k) =>
    k === 0
      ? range(hands, state, "held", "Place of A, held")
      : {
          ...range(hands, state, "place", "Place of B"),
          moved: (place) => hands.set(placed(state, place), "place", true),
        },
  );
const second = (state: State, hands: Hands<State>): Child =>
  ruler(
    [state.other],
    ACROSS,
    [],
    null,
    () => range(hands, state, "other", "Place θ"),
    0,
    () => <b>θ</b>,
  );

const WORDS: Readonly<Record<State["shares"], Child>> = {
  softmin: "softmin, taken at B",
  kept: "kept from where they were taken",
  hard: "hard: all to the nearest",
  uniform: "uniform: half and half",
};

const buttons = (state: State, r: FloorReading, hands: Hands<State>): Child => {
  if (!hands.shows("step")) return false;
  const locked = hands.locked("step");
  return (
    <div class="i-options">
      {press({
        name: "e-step",
        label: "E-step: take shares at B",
        locked,
        idle: state.shares !== "kept" || same(state.built, state.place),
        pressed: () => hands.set({ built: state.place }, "e-step"),
      })}
      {press({
        name: "m-step",
        label: "M-step: B to the floor’s top",
        locked,
        idle: same(r.top, state.place),
        pressed: () => hands.set(placed(state, r.top), "m-step"),
      })}
    </div>
  );
};

const gauges = (r: FloorReading): Child => {
  const { here } = r;
  const rise = rises(r);
  const shown = (name: string, v: number, condition: string, holds: boolean): Child =>
    gauge({ name, value: <div class="i-value">{holds ? two(v) : apart(v)}</div>, condition, holds });
  const least = Math.min(...r.everywhere.map(({ L, F }) => L - F));
  const gap = here.L - here.F;
  const turn = here.slopeL - here.slopeF;
  return (
    <div class="i-meters" style={{ gridTemplateColumns: "1fr 1fr" }}>
      {shown("Below", least, "least of L − F, ≥ 0", least > -EQUAL)}
      {shown("Touch", gap, "L − F at B, 0", same(gap, 0))}
      {shown("Slope", turn, "L′ − F′ at B, 0", same(turn, 0))}
      {shown("Rise", rise.L - rise.F, "L’s rise less F’s, ≥ 0", rise.L - rise.F > -EQUAL)}
    </div>
  );
};

const picture = (state: State, r: FloorReading, hands: Hands<State>): Child => (
  <div class="i-under-l">
    <div>
      <div class="i-plots i-places" style={{ "--z": along(state.place) }}>
        {landscape(state, r)}
      </div>
      <div class="i-plots">
        {shared(state, r)}
        {places(state, hands)}
        {second(state, hands)}
      </div>
    </div>
    <div>
      {pick(
        hands,
        state,
        "shares",
        "Shares q",
        hands.options("shares").map((value) => ({ value, label: WORDS[value] })),
      )}
      {buttons(state, r, hands)}
      {hands.said}
      {gauges(r)}
    </div>
  </div>
);

// ------------------------------------------------------------------------------------ words

/** What the last step did: to L, and to the floor that it climbed. */
const climbed = (before: State, now: State): Child => {
  const r = read(before);
  const rise = rises(r);
  const also =
    rise.L - rise.F > -EQUAL
      ? `L at least as much, by ${two(rise.L)}`
      : rise.L < 0
        ? `but L fell by ${two(-rise.L)}`
        : `but L only by ${two(rise.L)}`;
  return [
    <b>{`B went from ${two(before.place)} to the floor’s top, ${two(now.place)}.`}</b>,
    ` The floor rose by ${two(rise.F)}, ${also}.`,
  ];
};

const TAKEN: Readonly<Record<State["shares"], (state: State) => string>> = {
  softmin: () => "The shares are softmin at B.",
  kept: ({ built }) => `The shares are kept from ${two(built)}.`,
  hard: () => "Each number goes to the nearest.",
  uniform: () => "Each number goes half and half.",
};

const event = (state: State, act: Act<State> | null): Child => {
  if (act?.control === "m-step") return climbed(act.from, state);
  const what =
    act?.control === "held"
      ? `A is held at ${two(state.held)}.`
      : act?.control === "other"
        ? `Place θ is at ${two(state.other)}.`
        : `B is at ${two(state.place)}.`;
  return <b>{what}</b>;
};

/** Less is not seen at two decimals. */
const SEEN = 0.005;

const sentence = (state: State, r: FloorReading, act: Act<State> | null): Child => {
  const { here, there, above, top } = r;
  const gap = here.L - here.F;
  const touches = same(gap, 0) && same(here.slopeL, here.slopeF);
  const reached = Math.abs(top - state.place) < SEEN;
  const best = argmax(r.everywhere.map(({ L }) => L));
  return [
    event(state, act),
    ` ${TAKEN[state.shares](state)}`,
    touches
      ? ` At B the floor touches L, at ${two(here.L)}, with its slope, ${two(here.slopeL)}.`
      : ` At B the gap is ${apart(gap)}; the floor’s slope is ${two(here.slopeF)}, L’s is ${two(here.slopeL)}.`,
    r.level
      ? " B has nothing: the floor is level."
      : reached
        ? " Its top is here, to two decimals."
        : ` Its top is at ${two(top)}, where L is ${two(above.L)}.`,
    reached &&
      r.everywhere[best].L > here.L + SEEN &&
      ` L is higher elsewhere: ${two(r.everywhere[best].L)} at ${two(PLACES[best])}.`,
    ` At θ the gap is ${apart(there.L - there.F)}: the sum of KL(q‖r).`,
  ];
};

export const definition = widget<State, FloorReading>({
  tag: "iem-floor",
  schema,
  title: "A floor under L",
  lede: "A is held, B is yours. Shares q build a floor: where does it touch L, and where does its top lead?",
  tall: () => 700,
  placesSentence: true,
  read,
  picture,
  sentence,
});
