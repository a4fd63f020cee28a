/** Who is in the set: hypotheses that can leave it, or every bias of a coin, as a density and in cells. */
import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { each, ghost, movedBy, nameOf, pick, range } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import { curve, level, on, path, type Span, ticks } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { answer, consequence } from "../marks/sentence";
import { track, trackTicks } from "../marks/track";
import { COORDINATES, coin_cells, coin_density } from "../math/hypotheses/coins";
import { only } from "../math/hypotheses/sets";
import { implicit_em, type Passage, pass } from "../math/mechanism";
import { type State, schema } from "./state";

type Coordinate = State["coordinate"];

/** Who is in the set; it is never empty. */
const kept = ({ energies, out }: State): readonly number[] => {
  const left = energies.flatMap((_, k) => (out.includes(LETTERS[k]) ? [] : [k]));
  return left.length ? left : [0];
};
/** Who is not. */
const absent = (state: State): State["out"] =>
  LETTERS.slice(0, state.energies.length).filter((_, k) => !kept(state).includes(k));
/** Who is out when hypothesis k, who was in the set, has left it, or has joined it. */
const switched = (state: State, k: number): State["out"] => {
  const out = absent(state);
  return LETTERS.filter((name) => (name === LETTERS[k] ? !out.includes(name) : out.includes(name)));
};

const read = (state: State): PipeReading => {
  if (state.index === "discrete")
    return readPipe({ ...implicit_em, hypotheses: only({ indices: kept(state) }) }, state.energies);
  const cells = coin_cells(Number(state.cells));
  return readPipe(
    implicit_em,
    cells,
    cells.map((_, j) => `from ${j / cells.length}`),
  );
};

/** The scores of those who are left, when everyone was in the set. */
const allIn = (state: State): readonly number[] => {
  const { scores } = pass(implicit_em, state.energies);
  return kept(state).map((k) => scores[k]);
};
/** The cell that the marked bias is in, of `count`. */
const cellOf = (bias: number, count: number): number => Math.floor(bias * count);

// ------------------------------------------------------------------------------------ a set

const MEMBERSHIP = "in";
const ENERGY = "Energy";
const TICKS = [0, 2, 4, 6];

/** A hypothesis before its scores: the switch that it leaves and joins by, its letter, and its energy. */
const member = (state: State, { passage }: PipeReading, hands: Hands<State>, k: number): Child => {
  const inside = passage.kept.includes(k);
  const last = inside && passage.kept.length === 1;
  const letter = <b>{LETTERS[k]}</b>;
  return (
    <div class={inside ? "i-member" : "i-member i-absent"}>
      {hands.shows("out") ? (
        <label class="i-membership">
          <input
            type="checkbox"
            role="switch"
            name={nameOf(MEMBERSHIP, k)}
            checked={inside}
            disabled={hands.locked("out") || last}
            aria-label={`${LETTERS[k]} is in the set`}
            onChange={() => hands.set({ out: switched(state, k) }, nameOf(MEMBERSHIP, k))}
          />
          {letter}
        </label>
      ) : (
        <span class="i-membership">{letter}</span>
      )}
      {track({ ...each(hands, state, "energies", ENERGY, k), hypothesis: k, ticks: TICKS })}
    </div>
  );
};

const set = (state: State, reading: PipeReading, hands: Hands<State>): Child => {
  const { scores } = reading.passage;
  const { low, high } = hands.span("energies");
  const heads = (
    <div class="i-member">
      <span class="i-membership">
        {"energy "}
        <i>d</i>
      </span>
      {trackTicks(TICKS, low, high)}
    </div>
  );
  const members = state.energies.map((_, k) => member(state, reading, hands, k));
  const before = scores.length < members.length ? allIn(state) : undefined;
  const key = before && `all in; now ×\u00a0${two(scores[0] / before[0])}`;
  return <div class="i-set">{compare(reading.passage, before, key, [heads, ...members])}</div>;
};

// ------------------------------------------------------------------------------------ every bias of a coin

const UNIT: Span = { low: 0, high: 1 };
const QUARTERS = [0, 0.25, 0.5, 0.75];
/** The axis of each coordinate; log-odds end beyond those of the biases that can be marked. */
const AXES: Readonly<Record<Coordinate, { readonly span: Span; readonly ticks: readonly number[]; name: string }>> = {
  bias: { span: UNIT, ticks: QUARTERS, name: "bias" },
  "log-odds": { span: { low: -4.5, high: 4.5 }, ticks: [-4, -2, 0, 2], name: "log-odds" },
  "squared bias": { span: UNIT, ticks: QUARTERS, name: "bias²" },
};
/** Higher than any of the densities is. */
const DENSITY: Span = { low: 0, high: 2.4 };

/** The density over its coordinate, with the mark where the bias is. */
const density = ({ coordinate, bias }: State): Child => {
  const { span, ticks: numbers, name } = AXES[coordinate];
  const u = COORDINATES[coordinate];
  const value = coin_density(bias, coordinate);
  const left = percent(on(u.of(bias), span));
  const height = percent(on(value, DENSITY));
  return [
    <p class="i-caption">
      {"density at the mark: "}
      <b>{two(value)}</b>
    </p>,
    <div class="i-plot i-density">
      <i class="i-yaxis" />
      {level(0, DENSITY)}
      {level(1, DENSITY, "i-one")}
      {level(2, DENSITY, null)}
      {ticks(numbers, span)}
      <span class="i-xname">{name}</span>
      {curve(path((x) => coin_density(u.back(x), coordinate), span, DENSITY))}
      <i class="i-was" style={{ left, height }} />
      <i class="i-bias" style={{ left, bottom: height }} />
    </div>,
  ];
};

/** The responsibilities of the cells, side by side, with a frame around the one that the bias is in. */
const cells = ({ bias }: State, { scores }: Passage): Child => {
  const count = scores.length;
  const marked = cellOf(bias, count);
  const width = percent(1 / count);
  return [
    <p class="i-caption">
      {"responsibility of each cell; at the mark: "}
      <b>{two(scores[marked])}</b>
    </p>,
    <div class="i-plot i-cells">
      {level(0, UNIT)}
      {level(1, UNIT, "i-one")}
      {scores.map((s, j) => (
        <i class="i-bar" key={j / count} style={{ left: percent(j / count), width, height: percent(s) }} />
      ))}
      <i class="i-framed" style={{ left: percent(marked / count), width }} />
    </div>,
  ];
};

const biasRuler = (state: State, hands: Hands<State>): Child => {
  const { low, high } = hands.span("bias");
  return (
    <div class="i-plot i-ruler">
      <i class="i-base" style={{ bottom: "50%" }} />
      {ticks(QUARTERS, UNIT)}
      <span class="i-xname">bias</span>
      <i class="i-bias" style={{ left: percent(state.bias), bottom: "50%" }} />
      {ghost(range(hands, state, "bias", "Bias"), { "--from": percent(low), "--to": percent(high) })}
    </div>
  );
};

const coin = (state: State, { passage }: PipeReading, hands: Hands<State>): Child => [
  <div class="i-sliders">
    {pick(hands, state, "coordinate", "Density per unit of")}
    {pick(hands, state, "cells", "Cells")}
  </div>,
  <div class="i-plots">
    {density(state)}
    {cells(state, passage)}
    {biasRuler(state, hands)}
  </div>,
];

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => [
  pick(hands, state, "index", "Index"),
  state.index === "discrete" ? set(state, reading, hands) : coin(state, reading, hands),
];

// ------------------------------------------------------------------------------------ words

/** What leaving or joining did to all others. */
const membership = (k: number, before: Passage, now: Passage): Child => {
  const joined = now.kept.includes(k);
  const { kept, scores } = joined ? now : before;
  const share = scores[kept.indexOf(k)];
  return [
    <b>{`${LETTERS[k]} has ${joined ? "joined" : "left"} the set.`}</b>,
    joined
      ? ` It takes ${two(share)}: every other score is × ${two(1 - share)}.`
      : ` It had ${two(share)}: every other score is × ${two(1 / (1 - share))}.`,
  ];
};

const eventOfSet = (state: State, passage: Passage, act: Act<State> | null): Child => {
  const toggled = movedBy(act, MEMBERSHIP);
  const moved = movedBy(act, ENERGY);
  if (act && toggled >= 0) return membership(toggled, read(act.from).passage, passage);
  if (act && moved >= 0)
    return answer(moved, act.from.energies[moved], state.energies[moved], read(act.from).passage, passage);
  const out = absent(state);
  return <b>{out.length ? `Without ${listed(out)}.` : "Everyone is in the set."}</b>;
};

const ofSet = (state: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => [
  eventOfSet(state, passage, act),
  ` ${consequence(passage, measurement)}`,
  passage.scores.length === 1 && ` Only L, ${two(passage.value)}, tells its energy. The last cannot leave.`,
];

const ofCoin = (state: State, { passage }: PipeReading, act: Act<State> | null): Child => {
  const { bias, coordinate } = state;
  const count = passage.scores.length;
  const share = passage.scores[cellOf(bias, count)];
  const per = (u: Coordinate): string => `${two(coin_density(bias, u))} per unit of ${u}`;
  const before = act?.control === "coordinate" ? ` and ${per(act.from.coordinate)}` : "";
  const ofDensity = `At bias ${two(bias)} the density is ${per(coordinate)}${before}.`;
  const ofCells =
    `Of ${count} ${count > 1 ? "cells" : "cell"} the one around bias ${two(bias)} ` +
    `has responsibility ${two(share)}.`;
  const [event, rest] = act?.control === "cells" ? [ofCells, ofDensity] : [ofDensity, ofCells];
  return [
    <b>{event}</b>,
    ` ${rest} L is ${two(passage.value)} for any number of cells.`,
    coin_density(bias, coordinate) > 1 && " No share can pass 1.",
  ];
};

const sentence = (state: State, reading: PipeReading, act: Act<State> | null): Child =>
  state.index === "discrete" ? ofSet(state, reading, act) : ofCoin(state, reading, act);

export const definition = widget<State, PipeReading>({
  tag: "iem-hypotheses",
  schema,
  title: (state) => (state.index === "discrete" ? "Who is in the set?" : "Everyone in the set"),
  lede:
    "Switch hypotheses out and in, down to the last. " +
    "Or take every bias of a coin, after 3 heads and 2 tails, and cut them into cells.",
  tall: (state) => (state.index === "discrete" ? 700 + rowsBeyond(state.energies.length) : 885),
  metersOf: () => "The six meters of these responsibilities.",
  read,
  picture,
  sentence,
});
