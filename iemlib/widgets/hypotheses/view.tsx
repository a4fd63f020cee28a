import { COORDINATES, coin_cells, coin_density, only } from "../math/hypotheses";
import { implicit_em, pass, type Passage } from "../math/mechanism";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { each, ghost, pick, range } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import type { Child } from "../core/widget";
import { curve, level, on, path, ticks, type Span } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { answer, consequence } from "../marks/sentence";
import { track, trackTicks } from "../marks/track";

type Coordinate = keyof typeof COORDINATES;

const HIGH = 6;
const TICKS = [0, 2, 4, 6];

/** Who is in the set; it is never empty. */
const kept = (state: State): readonly number[] => {
  const left = state.energies.flatMap((_, k) => (state.out.includes(LETTERS[k]) ? [] : [k]));
  return left.length ? left : [0];
};

const read = (state: State): PipeReading => {
  if (state.index === "discrete") return readPipe({ ...implicit_em, hypotheses: only(kept(state)) }, state.energies);
  const cells = coin_cells(Number(state.cells));
  return readPipe(
    implicit_em,
    cells,
    cells.map((_, j) => `from ${j / cells.length}`),
  );
};

/** The scores with everyone in the set, of those who are left. */
const before = (state: State): readonly number[] => {
  const { scores } = pass(implicit_em, state.energies);
  return kept(state).map((k) => scores[k]);
};

const discrete = (state: State, { passage: p }: PipeReading, hands: Hands<State>): Child => {
  const leads = state.energies.map((_, k) => {
    const i = p.kept.indexOf(k);
    const name = LETTERS[k];
    return (
      <div class={`i-lead ${i < 0 ? "i-gone" : ""}`}>
        <label class="i-switch">
          {hands.shows("out") && (
            <input
              type="checkbox"
              role="switch"
              name={`in-${k}`}
              checked={i >= 0}
              disabled={hands.locked("out") || (i >= 0 && p.kept.length < 2)}
              aria-label={`${name} is in the set`}
              onChange={() =>
                hands.set(
                  { out: state.energies.flatMap((_, j) => ((j === k) === p.kept.includes(j) ? [LETTERS[j]] : [])) },
                  `in-${k}`,
                )
              }
            />
          )}
          <b>{name}</b>
        </label>
        {track({
          ...each(hands, state, "energies", "Energy", k),
          hypothesis: k,
          ticks: TICKS,
        })}
      </div>
    );
  });
  const head = (
    <div class="i-lead">
      <span class="i-switch">
        {"energy "}
        <i>d</i>
      </span>
      {trackTicks(TICKS, 0, HIGH)}
    </div>
  );
  const was = p.scores.length < leads.length ? before(state) : undefined;
  return (
    <div class="i-set">{compare(p, was, was && `all in; now × ${two(p.scores[0] / was[0])}`, [head, ...leads])}</div>
  );
};

const UNIT: Span = { low: 0, high: 1 };
const DENSITY: Span = { low: 0, high: 2.4 };
const QUARTERS = [0, 0.25, 0.5, 0.75];

const choose = (name: "index" | "coordinate" | "cells", legend: string, state: State, hands: Hands<State>): Child =>
  pick(
    hands,
    state,
    name,
    legend,
    hands.options(name).map((value) => ({ value, label: value })),
  );

const continuous = (state: State, { passage: p }: PipeReading, hands: Hands<State>): Child => {
  const { coordinate, bias } = state;
  const [axis, numbers] = coordinate === "log-odds" ? [{ low: -4.5, high: 4.5 }, [-4, -2, 0, 2]] : [UNIT, QUARTERS];
  const u = COORDINATES[coordinate];
  const value = coin_density(bias, coordinate);
  const count = p.scores.length;
  const cell = Math.floor(bias * count);
  const width = percent(1 / count);
  const left = percent(on(u.of(bias), axis));
  const height = percent(on(value, DENSITY));
  return [
    <div class="i-sliders">
      {choose("coordinate", "Density per unit of", state, hands)}
      {choose("cells", "Cells", state, hands)}
    </div>,
    <div class="i-plots">
      <p class="i-caption">
        {"density at the mark: "}
        <b>{two(value)}</b>
      </p>
      <div class="i-plot i-likes">
        <i class="i-yaxis" />
        {level(0, DENSITY)}
        {level(1, DENSITY, "i-one")}
        {level(2, DENSITY, null)}
        {ticks(numbers, axis)}
        <span class="i-xname">{coordinate === "squared bias" ? "bias²" : coordinate}</span>
        {curve(path((x) => coin_density(u.back(x), coordinate), axis, DENSITY))}
        <i class="i-was" style={{ left, height }} />
        <i class="i-dot i-solid" style={{ left, bottom: height }} />
      </div>
      <p class="i-caption">
        {"responsibility of each cell; at the mark: "}
        <b>{two(p.scores[cell])}</b>
      </p>
      <div class="i-plot i-cells">
        {level(0, UNIT)}
        {level(1, UNIT, "i-one")}
        {p.scores.map((s, j) => (
          <i class="i-bar" key={j / count} style={{ left: percent(j / count), width, height: percent(s) }} />
        ))}
        <i class="i-framed" style={{ left: percent(cell / count), width }} />
      </div>
      <div class="i-plot i-ruler">
        <i class="i-base" style={{ bottom: "50%" }} />
        {ticks(QUARTERS, UNIT)}
        <span class="i-xname">bias</span>
        <i class="i-dot i-solid" style={{ left: percent(bias), bottom: "50%" }} />
        {ghost(range(hands, state, "bias", "Bias"), { "--from": "2%", "--to": "98%" })}
      </div>
    </div>,
  ];
};

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => [
  choose("index", "Index", state, hands),
  (state.index === "discrete" ? discrete : continuous)(state, reading, hands),
];

const ofSet = (state: State, p: Passage, act: Act<State> | null): Child => {
  const k = Number(act?.control.slice(-1));
  if (act && k >= 0) {
    const was = read(act.from).passage;
    if (act.control[0] === "e") return answer(k, act.from.energies[k], state.energies[k], was, p);
    const joined = p.kept.includes(k);
    const { kept, scores } = joined ? p : was;
    const share = scores[kept.indexOf(k)];
    return [
      <b>{`${LETTERS[k]} has ${joined ? "joined" : "left"} the set.`}</b>,
      ` It ${joined ? "takes" : "had"} ${two(share)}: every other score is × ${two(joined ? 1 - share : 1 / (1 - share))}.`,
    ];
  }
  const out = state.energies.flatMap((_, j) => (p.kept.includes(j) ? [] : [LETTERS[j]]));
  return <b>{out.length ? `Without ${listed(out)}.` : "Everyone is in the set."}</b>;
};

const ofIndex = (state: State, p: Passage, act: Act<State> | null): Child => {
  const { bias, coordinate } = state;
  const count = p.scores.length;
  const per = (u: Coordinate): string => `${two(coin_density(bias, u))} per unit of ${u}`;
  const at = `bias ${two(bias)}`;
  const point = `At ${at} the density is ${per(coordinate)}${act?.control === "coordinate" ? ` and ${per(act.from.coordinate)}` : ""}.`;
  const cells = `Of ${count} cell${count > 1 ? "s" : ""} the one around ${at} has responsibility ${two(p.scores[Math.floor(bias * count)])}.`;
  const [event, rest] = act?.control === "cells" ? [cells, point] : [point, cells];
  return [
    <b>{event}</b>,
    ` ${rest} L is ${two(p.value)} for any number of cells.`,
    coin_density(bias, coordinate) > 1 && " No share can pass 1.",
  ];
};

const sentence = (state: State, reading: PipeReading, act: Act<State> | null): Child => {
  const { passage: p, measurement } = reading;
  return state.index === "discrete"
    ? [
        ofSet(state, p, act),
        ` ${consequence(p, measurement)}`,
        p.scores.length < 2 && ` Only L, ${two(p.value)}, tells its energy. The last cannot leave.`,
      ]
    : ofIndex(state, p, act);
};

export const definition = widget<State, PipeReading>({
  tag: "iem-hypotheses",
  schema,
  title: (state) => (state.index === "discrete" ? "Who is in the set?" : "Everyone in the set"),
  lede: "Switch hypotheses out and in, down to the last. Or take every bias of a coin, after 3 heads and 2 tails, in cells.",
  tall: (state) => (state.index === "discrete" ? 700 + rowsBeyond(state.energies.length) : 885),
  metersOf: () => "The six meters of these responsibilities.",
  read,
  picture,
  sentence,
});
