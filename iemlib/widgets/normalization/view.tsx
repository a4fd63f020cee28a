import type { Vector } from "../math/array";
import { coupling, implicit_em, pass, type Mechanism, type Passage } from "../math/mechanism";
import { broken, measure } from "../math/meters";
import { hard, independent, none, sparsemax, top_k, type Normalization as Kind } from "../math/normalization";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { each, pick } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import type { Child } from "../core/widget";
import { hue } from "../marks/marks";
import { consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare, type Room } from "../marks/square";
import { track, trackTicks } from "../marks/track";
import { sum } from "../math/array";

type Instead = "none" | "independent" | "hard" | "top-2" | "sparsemax";

const KINDS: Readonly<Record<Instead, { readonly kind: Kind; readonly label: string; readonly title: string }>> = {
  none: { kind: none(), label: "nothing", title: "Not normalized" },
  independent: { kind: independent(), label: "each on its own", title: "Each on its own" },
  hard: { kind: hard(), label: "winner takes all", title: "Winner takes all" },
  "top-2": { kind: top_k(2), label: "top 2", title: "Top 2 only" },
  sparsemax: { kind: sparsemax(), label: "sparsemax", title: "Sparsemax" },
};
const HIGH = 4;
const TICKS = [0, 1, 2, 3, 4];
const ROOM: Room = { left: -0.02, right: 1.34, floor: -0.05, ceiling: 1.22 };
const STILL = 0.005;
const EQUAL = 1e-9;

const other = (state: State): Mechanism => ({ ...implicit_em, normalization: KINDS[state.instead].kind });
const read = (state: State): PipeReading => readPipe(other(state), state.energies);
/** Which energy was raised furthest from the start; the first when none was. */
const raised = (state: State): number =>
  state.energies.reduce(
    (best, d, k) =>
      Math.abs(d - (state.start[k] ?? d)) >
      Math.abs(state.energies[best] - (state.start[best] ?? state.energies[best])) + 1e-12
        ? k
        : best,
    0,
  );
const startOf = (state: State): Vector => state.energies.map((d, k) => state.start[k] ?? d);

/** Without a shared sum each column keeps its lane, so that what stays is seen to stay. */
const lanes = (p: Passage): Vector => p.scores.map((_, k) => sum(p.scores.slice(0, k)));
const seams = (p: Passage): Vector => p.scores.slice(0, -1).map((_, k) => sum(p.scores.slice(0, k + 1)));
const sharing = (state: State): boolean => state.instead !== "none" && state.instead !== "independent";

/** Who gains when one energy rises: the square cut both ways; block (h, k) has area ∂c_h/∂d_k. */
const answers = (m: Mechanism, state: State, keepLanes: boolean, waiting: boolean): Child => {
  if (waiting)
    return (
      <div class="i-answers">
        <div class="i-coupling">
          <b class="i-nobody">
            <span>?</span>
          </b>
        </div>
        <p class="i-caption">Who gains when one is raised a little? Guess first.</p>
      </div>
    );
  const p = pass(m, state.energies);
  const J = coupling(m, state.energies);
  const k = raised(state);
  const before = pass(m, startOf(state));
  const places = p.scores.map((s, i) => {
    const from = keepLanes ? Math.max(lanes(before)[i], sum(p.scores.slice(0, i))) : sum(p.scores.slice(0, i));
    return [from, from + s] as const;
  });
  const gains = p.scores.map((_, i) => (i === k ? 0 : J[i][k]));
  const someone = gains.some((g) => g > 1e-9);
  const cells = p.scores.flatMap((_, column) =>
    p.scores.map((_, r) => {
      const gain = J[r][column];
      const [x0, x1] = places[column];
      const [y0] = places[r];
      const width = x1 - x0;
      if (r === column || gain <= 1e-9 || width <= 0 || x1 > 1 + 1e-9) return null;
      // Area is the gain, so the height is what is left of it at this width.
      const height = Math.min(gain / width, 1);
      return (
        <i
          class={`i-cell ${hue(r)}${column === k ? "" : " i-faint"}`}
          style={{ left: percent(x0), width: percent(width), bottom: percent(y0), height: percent(height) }}
        >
          {column === k && <b>{LETTERS[r]}</b>}
        </i>
      );
    }),
  );
  const [a, b] = places[k];
  const words = gains.flatMap((g, i) => (i === k ? [] : [`${LETTERS[i]} ${two(g)}`]));
  return (
    <div class="i-answers">
      <div
        class="i-coupling"
        role="img"
        aria-label={`Gain of each per nat that ${LETTERS[k]} is raised: ${[...words, `${LETTERS[k]} itself ${two(J[k][k])}`].join(", ")}.`}
      >
        {cells}
        <i
          class="i-framed"
          style={{
            left: percent(Math.max(0, Math.min(1, a))),
            width: percent(Math.max(0, Math.min(1, b) - Math.max(0, Math.min(1, a)))),
          }}
        />
        {someone ? null : (
          <b class="i-nobody">
            <span>nobody</span>
          </b>
        )}
      </div>
      <p class="i-caption">
        {`Raise ${LETTERS[k]} by a little more: it loses ${two(-J[k][k])} per nat. Who gains? `}
        <b>{someone ? words.filter((_, i) => gains.filter((_, j) => j !== k)[i] > 1e-9).join(", ") : "nobody"}</b>.
      </p>
    </div>
  );
};

const panel = (
  title: string,
  formula: string,
  m: Mechanism,
  state: State,
  keepLanes: boolean,
  waiting: boolean,
): Child => {
  const before = pass(m, startOf(state));
  const p = pass(m, state.energies);
  const bad = broken(measure(m, state.energies, p));
  return (
    <div class="i-panel">
      <p class="i-caption">
        <b>{title}</b> <i>{formula}</i>
      </p>
      {unitSquare(p, state.energies, {
        room: ROOM,
        labels: true,
        before: seams(before),
        ...(keepLanes ? { lanes: lanes(before) } : {}),
        label: `${title}. At the start: ${squareInWords(before)}. Now: ${squareInWords(p)}.`,
      })}
      <p class="i-adds">
        <b>{`adds to ${two(sum(p.scores))}`}</b>
        {bad.length ? ` · broken: ${bad.length} of 6` : " · all six hold"}
      </p>
      {answers(m, state, keepLanes, waiting)}
    </div>
  );
};

const ruler = (state: State, reading: PipeReading, hands: Hands<State>): Child => (
  <div class="i-energies" role="group" aria-label="Energies">
    <p class="i-caption">
      {"energy "}
      <i>d</i>
      <span class="i-hint">right: less plausible</span>
    </p>
    {state.energies.map((_, k) =>
      track({
        ...each(hands, state, "energies", "Energy", k),
        hypothesis: k,
        ticks: TICKS,
        before: state.start[k],
        text: `${two(state.energies[k])} nats, score ${two(reading.passage.scores[k])}`,
      }),
    )}
    {trackTicks(TICKS, 0, HIGH)}
  </div>
);

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => (
  <div class="i-normalization">
    {pick(
      hands,
      state,
      "instead",
      "On the right, in place of ÷ Σφ",
      (Object.keys(KINDS) as Instead[]).map((value) => ({ value, label: KINDS[value].label })),
    )}
    <div class="i-side">
      <div class="i-panels">
        {panel("Normalized", "s = φ / Σφ", implicit_em, state, false, hands.waiting)}
        {panel(
          KINDS[state.instead].title,
          `s = ${KINDS[state.instead].kind.formula}`,
          reading.mechanism,
          state,
          !sharing(state),
          hands.waiting,
        )}
      </div>
      <div class="i-hands">
        {ruler(state, reading, hands)}
        {hands.said}
      </div>
    </div>
  </div>
);

const moves = (p: Passage, before: Passage, k: number): string =>
  listed(
    p.scores.flatMap((s, i) =>
      i === k
        ? []
        : [
            two(s) === two(before.scores[i])
              ? `${LETTERS[i]} stays ${Math.abs(s - before.scores[i]) < EQUAL ? "" : "near "}${two(s)}`
              : `${LETTERS[i]} goes from ${two(before.scores[i])} to ${two(s)}`,
          ],
    ),
  );

const sentence = (state: State, reading: PipeReading, act: Act<State> | null): Child => {
  const { passage, measurement } = reading;
  const right = KINDS[state.instead].title;
  const energy = /^energy-(\d)$/.exec(act?.control ?? "");
  const k = energy ? Number(energy[1]) : raised(state);
  const change = state.energies[k] - (state.start[k] ?? state.energies[k]);
  const facts = consequence(passage, measurement);
  const rest = `${right}: ${/^[A-H] /.test(facts) ? facts : facts[0].toLowerCase() + facts.slice(1)}${verdict(measurement)}`;
  if (Math.abs(change) < STILL)
    return [
      <b>{act?.control === "instead" ? `${right}, on the right.` : "Both squares start from the same energies."}</b>,
      act?.control === "instead" || Math.min(...state.energies) >= HIGH ? "" : " Raise one.",
      " ",
      rest,
    ];
  const start = startOf(state);
  const left = pass(implicit_em, state.energies);
  const leftBefore = pass(implicit_em, start);
  const rightBefore = pass(reading.mechanism, start);
  if (passage.scores.length === 1)
    return [<b>{`${LETTERS[k]} is alone.`}</b>, ` Normalized it keeps ${two(left.scores[0])}. `, rest];
  const moved = state.energies.flatMap((d, i) => (Math.abs(d - start[i]) < STILL ? [] : [LETTERS[i]]));
  if (moved.length > 1)
    return [
      <b>{`${listed(moved)} have moved.`}</b>,
      ` Normalized, the scores are ${left.scores.map(two).join(", ")}, still ${two(sum(left.scores))} in all. ${right}: ${passage.scores.map(two).join(", ")}, ${two(sum(passage.scores))} in all.${verdict(measurement)}`,
    ];
  return [
    <b>{`${LETTERS[k]} is ${change > 0 ? "raised" : "lowered"} by ${two(Math.abs(change))}.`}</b>,
    ` Normalized, the others answer: ${moves(left, leftBefore, k)}, still ${two(sum(left.scores))} in all. ${right}: ${moves(passage, rightBefore, k)}, ${two(sum(passage.scores))} in all.${verdict(measurement)}`,
  ];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-normalization",
  schema,
  title: "Raise one energy: who answers?",
  lede: "Both sides have the same energies. The dashed lines are where the columns began. Raise A: on the left the others take what it loses. What happens on the right?",
  tall: () => 900,
  placesSentence: true,
  metersOf: (state) => `The six meters of the right-hand square: ${KINDS[state.instead].title.toLowerCase()}.`,
  read,
  picture,
  sentence,
});
