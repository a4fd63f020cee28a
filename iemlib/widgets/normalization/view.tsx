import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { each, movedBy, pick } from "../marks/controls";
import { capital, continued, LETTERS, listed, percent, two } from "../marks/format";
import { hue } from "../marks/marks";
import { consequence, verdict } from "../marks/sentence";
import { type Room, squareInWords, unitSquare } from "../marks/square";
import { track, trackTicks } from "../marks/track";
import { sum, type Vector } from "../math/array";
import { implicit_em, type Mechanism, type Passage, pass } from "../math/mechanism";
import { broken, measure } from "../math/meters";
import { independent, none } from "../math/normalization/alone";
import { sparsemax } from "../math/normalization/entmax";
import type { Normalization } from "../math/normalization/part";
import { hard, top_k } from "../math/normalization/shared";
import { off_by_one } from "../math/normalization/silent";
import { type State, schema } from "./state";

/** Every normalization that is offered, by its name, with the parameters that it has by itself. */
const NORMALIZATIONS: Readonly<Record<State["instead"], () => Normalization>> = {
  none,
  independent,
  hard,
  top_k,
  sparsemax,
  off_by_one,
};
const partOf = ({ instead }: State): Normalization => NORMALIZATIONS[instead]();

/** A mechanism at the start and now. */
interface Side {
  readonly title: string;
  readonly mechanism: Mechanism;
  readonly before: Passage;
  readonly now: Passage;
}
interface Sides extends PipeReading {
  readonly left: Side;
  readonly right: Side;
  /** Which energy is furthest from its start; the first when none is. */
  readonly furthest: number;
}

const startOf = ({ energies, start }: State): Vector => energies.map((d, k) => start[k] ?? d);
/** Two changes that differ by less are the same: decimals of a slider's steps. */
const ROUNDING = 1e-12;
const furthestFrom = (start: Vector, energies: Vector): number => {
  const changes = energies.map((d, k) => Math.abs(d - start[k]));
  return changes.reduce((best, change, k) => (change > changes[best] + ROUNDING ? k : best), 0);
};

const read = (state: State): Sides => {
  const { energies } = state;
  const start = startOf(state);
  const side = (title: string, mechanism: Mechanism): Side => ({
    title,
    mechanism,
    before: pass(mechanism, start),
    now: pass(mechanism, energies),
  });
  const part = partOf(state);
  const instead: Mechanism = { ...implicit_em, normalization: part };
  return {
    ...readPipe(instead, energies),
    left: side("Normalized", implicit_em),
    right: side(capital(part.name), instead),
    furthest: furthestFrom(start, energies),
  };
};

const TICKS = [0, 1, 2, 3, 4];
/** Room for a square of scores that add to more than one. */
const ROOM: Room = { left: -0.02, right: 1.34, floor: -0.05, ceiling: 1.22 };
/** Scores and gains closer than this are the same for every reader. */
const EQUAL = 1e-9;

/** Where each column begins when they stand side by side. */
const beginnings = ({ scores }: Passage): Vector => scores.map((_, k) => sum(scores.slice(0, k)));
/** Where two columns meet. */
const seams = (passage: Passage): Vector => beginnings(passage).slice(1);
/** Whether each score is what it would be without the others: nothing is shared. */
const isSeparate = ({ mechanism, now }: Side, energies: Vector): boolean =>
  energies.every((d, k) => pass(mechanism, [d]).scores[0] === now.scores[k]);
/** Where nothing is shared each column keeps its lane, so that what stays is seen to stay. */
const lanes = (side: Side, energies: Vector): Vector | null =>
  isSeparate(side, energies) ? beginnings(side.before) : null;

/** Where a column stands, from left to right. */
interface Column {
  readonly left: number;
  readonly right: number;
}
const columnsOf = (side: Side, energies: Vector): readonly Column[] => {
  const kept = lanes(side, energies);
  return beginnings(side.now).map((beginning, i) => {
    const left = kept ? Math.max(kept[i], beginning) : beginning;
    return { left, right: left + side.now.scores[i] };
  });
};

/** The square cut both ways: block (r, c), in column c at the height of r, has the area ∂c_r/∂d_c that r gains. */
const block = (gain: number, column: Column, row: Column, r: number, faint: boolean): Child => {
  const width = column.right - column.left;
  if (gain <= EQUAL || width <= 0 || column.right > 1 + EQUAL) return null;
  // Area is the gain, so the height is what is left of it at this width.
  const height = Math.min(gain / width, 1);
  const style = {
    left: percent(column.left),
    width: percent(width),
    bottom: percent(row.left),
    height: percent(height),
  };
  return (
    <i class={`i-cell ${hue(r)}${faint ? " i-faint" : ""}`} style={style}>
      {!faint && <b>{LETTERS[r]}</b>}
    </i>
  );
};

const inside = (v: number): number => Math.max(0, Math.min(1, v));

/** Who gains when one energy rises. */
const answers = (side: Side, energies: Vector, raised: number): Child => {
  const { coupling } = side.now;
  const columns = columnsOf(side, energies);
  const name = LETTERS[raised];
  const own = coupling[raised][raised];
  const others = energies.flatMap((_, i) => {
    const gain = coupling[i][raised];
    return i === raised ? [] : [{ gain, words: `${LETTERS[i]} ${two(gain)}` }];
  });
  const gainers = others.filter(({ gain }) => gain > EQUAL).map(({ words }) => words);
  const gains = [...others.map(({ words }) => words), `${name} itself ${two(own)}`].join(", ");
  const [left, right] = [inside(columns[raised].left), inside(columns[raised].right)];
  return (
    <div class="i-answers">
      <div class="i-coupling" role="img" aria-label={`Gain of each per nat that ${name} is raised: ${gains}.`}>
        {columns.flatMap((column, c) =>
          columns.map((row, r) => (r === c ? null : block(coupling[r][c], column, row, r, c !== raised))),
        )}
        <i class="i-framed" style={{ left: percent(left), width: percent(Math.max(0, right - left)) }} />
        {gainers.length === 0 && (
          <b class="i-nobody">
            <span>nobody</span>
          </b>
        )}
      </div>
      <p class="i-caption">
        {`Raise ${name} by a little more: it loses ${two(-own)} per nat. Who gains? `}
        <b>{gainers.join(", ") || "nobody"}</b>.
      </p>
    </div>
  );
};

/** In its place while the reader's guess is waited for. */
const unanswered: Child = (
  <div class="i-answers">
    <div class="i-coupling">
      <b class="i-nobody">
        <span>?</span>
      </b>
    </div>
    <p class="i-caption">Who gains when one is raised a little? Guess first.</p>
  </div>
);

const panel = (side: Side, state: State, furthest: number, waiting: boolean): Child => {
  const { title, mechanism, before, now } = side;
  const failing = broken(measure(mechanism, state.energies, now));
  const kept = lanes(side, state.energies);
  return (
    <div>
      <p class="i-caption">
        <b>{title}</b> <i>{`s = ${mechanism.normalization.formula}`}</i>
      </p>
      {unitSquare(now, state.energies, {
        room: ROOM,
        labels: true,
        before: seams(before),
        ...(kept && { lanes: kept }),
        label: `${title}. At the start: ${squareInWords(before)}. Now: ${squareInWords(now)}.`,
      })}
      <p class="i-adds">
        <b>{`adds to ${two(sum(now.scores))}`}</b>
        {failing.length > 0 ? ` · broken: ${failing.length} of 6` : " · all six hold"}
      </p>
      {waiting ? unanswered : answers(side, state.energies, furthest)}
    </div>
  );
};

const energyTracks = (state: State, { passage }: Sides, hands: Hands<State>): Child => {
  const { low, high } = hands.span("energies");
  return (
    <div class="i-energies" role="group" aria-label="Energies">
      <p class="i-caption">
        {"energy "}
        <i>d</i>
        <span class="i-hint">right: less plausible</span>
      </p>
      {state.energies.map((d, k) =>
        track({
          ...each(hands, state, "energies", "Energy", k),
          hypothesis: k,
          ticks: TICKS,
          before: state.start[k],
          text: `${two(d)} nats, score ${two(passage.scores[k])}`,
        }),
      )}
      {trackTicks(TICKS, low, high)}
    </div>
  );
};

const picture = (state: State, reading: Sides, hands: Hands<State>): Child => {
  const options = hands.options("instead").map((value) => ({ value, label: NORMALIZATIONS[value]().name }));
  return (
    <div class="i-normalization">
      {pick(hands, state, "instead", "On the right, in place of ÷ Σφ", options)}
      <div class="i-side">
        <div class="i-panels">
          {panel(reading.left, state, reading.furthest, hands.waiting)}
          {panel(reading.right, state, reading.furthest, hands.waiting)}
        </div>
        <div class="i-hands">
          {energyTracks(state, reading, hands)}
          {hands.said}
        </div>
      </div>
    </div>
  );
};

/** A change that reads as 0.00 is none. */
const STILL = 0.005;

/** What the others did on one side when the energy of `moved` changed, and what all scores add to. */
const answered = ({ before, now }: Side, moved: number): string => {
  const told = now.scores.flatMap((to, i) => {
    if (i === moved) return [];
    const from = before.scores[i];
    if (two(from) !== two(to)) return [`${LETTERS[i]} goes from ${two(from)} to ${two(to)}`];
    return [`${LETTERS[i]} stays ${Math.abs(to - from) < EQUAL ? "" : "near "}${two(to)}`];
  });
  return listed(told);
};
const inAll = ({ now }: Side): string => `${two(sum(now.scores))} in all`;

const sentence = (state: State, reading: Sides, act: Act<State> | null): Child => {
  const { passage, measurement, left, right, furthest } = reading;
  const judged = verdict(measurement);
  const facts = `${right.title}: ${continued(consequence(passage, measurement))}${judged}`;
  const start = startOf(state);
  const changes = state.energies.map((d, k) => d - start[k]);
  const hand = movedBy(act, "Energy");
  const k = hand < 0 ? furthest : hand;
  if (Math.abs(changes[k]) < STILL) {
    if (act?.control === "instead") return [<b>{`${right.title}, on the right.`}</b>, ` ${facts}`];
    const canRise = Math.min(...state.energies) < schema.energies.high;
    return [<b>Both squares start from the same energies.</b>, canRise ? " Raise one. " : " ", facts];
  }
  if (passage.scores.length === 1)
    return [<b>{`${LETTERS[k]} is alone.`}</b>, ` Normalized it keeps ${two(left.now.scores[0])}. `, facts];
  const moved = LETTERS.filter((_, i) => Math.abs(changes[i]) >= STILL);
  if (moved.length > 1) {
    const shares = ({ now }: Side): string => now.scores.map(two).join(", ");
    return [
      <b>{`${listed(moved)} have moved.`}</b>,
      ` Normalized, the scores are ${shares(left)}, still ${inAll(left)}.`,
      ` ${right.title}: ${shares(right)}, ${inAll(right)}.${judged}`,
    ];
  }
  return [
    <b>{`${LETTERS[k]} is ${changes[k] > 0 ? "raised" : "lowered"} by ${two(Math.abs(changes[k]))}.`}</b>,
    ` Normalized, the others answer: ${answered(left, k)}, still ${inAll(left)}.`,
    ` ${right.title}: ${answered(right, k)}, ${inAll(right)}.${judged}`,
  ];
};

export const definition = widget<State, Sides>({
  tag: "iem-normalization",
  schema,
  title: "Raise one energy: who answers?",
  lede: [
    "Both sides have the same energies. The dashed lines are where the columns began. ",
    "Raise A: on the left the others take what it loses. What happens on the right?",
  ],
  tall: () => 900,
  placesSentence: true,
  metersOf: (state) => `The six meters of the right-hand square: ${partOf(state).name}.`,
  read,
  picture,
  sentence,
});
