import { COORDINATES, coin_cells, coin_density, only } from "../math/hypotheses";
import { implicit_em, pass, type Passage } from "../math/mechanism";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schemaOf, type State } from "../core/schema";
import { each, ghost, pick, range } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import { h, type Child } from "../marks/h";
import { curve, level, on, path, ticks, type Span } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { answer, consequence } from "../marks/sentence";
import { track, trackTicks } from "../marks/track";

type Coordinate = keyof typeof COORDINATES;
interface Hypotheses extends State {
  readonly index: "discrete" | "continuous";
  readonly energies: readonly number[];
  readonly out: readonly string[];
  readonly coordinate: Coordinate;
  readonly bias: number;
  readonly cells: string;
}

const HIGH = 6;
const TICKS = [0, 2, 4, 6];

/** Who is in the set; it is never empty. */
const kept = (state: Hypotheses): readonly number[] => {
  const left = state.energies.flatMap((_, k) => (state.out.includes(LETTERS[k]) ? [] : [k]));
  return left.length ? left : [0];
};

const read = (state: Hypotheses): PipeReading => {
  if (state.index === "discrete") return readPipe({ ...implicit_em, hypotheses: only(kept(state)) }, state.energies);
  const cells = coin_cells(Number(state.cells));
  return readPipe(implicit_em, cells, cells.map((_, j) => `from ${j / cells.length}`));
};

/** The scores with everyone in the set, of those who are left. */
const before = (state: Hypotheses): readonly number[] => {
  const { scores } = pass(implicit_em, state.energies);
  return kept(state).map((k) => scores[k]);
};

const discrete = (state: Hypotheses, { passage: p }: PipeReading, hands: Hands<Hypotheses>): Child => {
  const leads = state.energies.map((_, k) => {
    const i = p.kept.indexOf(k);
    const name = LETTERS[k];
    return h(
      "div.i-lead",
      { class: i < 0 ? "i-gone" : "" },
      h(
        "label.i-switch",
        null,
        hands.shows("out") &&
          h("input", {
            type: "checkbox",
            role: "switch",
            name: `in-${k}`,
            checked: i >= 0,
            // The last one stays: a set of none has no scores.
            disabled: hands.locked("out") || (i >= 0 && p.kept.length < 2),
            "aria-label": `${name} is in the set`,
            onChange: () => hands.set({ out: state.energies.flatMap((_, j) => ((j === k) === p.kept.includes(j) ? [LETTERS[j]] : [])) }, `in-${k}`),
          }),
        h("b", null, name),
      ),
      track({
        ...each(hands, state, "energies", "Energy", k),
        hypothesis: k,
        ticks: TICKS,
      }),
    );
  });
  const head = h("div.i-lead", null, h("span.i-switch", null, "energy ", h("i", null, "d")), trackTicks(TICKS, 0, HIGH));
  const was = p.scores.length < leads.length ? before(state) : undefined;
  return h("div.i-set", null, compare(p, was, was && `all in; now × ${two(p.scores[0] / was[0])}`, [head, ...leads]));
};

const UNIT: Span = { low: 0, high: 1 };
const DENSITY: Span = { low: 0, high: 2.4 };
const QUARTERS = [0, 0.25, 0.5, 0.75];

const TAG = "iem-hypotheses";
const choose = (name: "index" | "coordinate" | "cells", legend: string, state: Hypotheses, hands: Hands<Hypotheses>): Child =>
  pick(hands, state, name, legend, (schemaOf(TAG)[name]["options"] as string[]).map((value) => ({ value, label: value })));

const continuous = (state: Hypotheses, { passage: p }: PipeReading, hands: Hands<Hypotheses>): Child => {
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
    h("div.i-sliders", null, choose("coordinate", "Density per unit of", state, hands), choose("cells", "Cells", state, hands)),
    h(
      "div.i-plots",
      null,
      h("p.i-caption", null, "density at the mark: ", h("b", null, two(value))),
      h(
        "div.i-plot.i-likes",
        null,
        h("i.i-yaxis"),
        level(0, DENSITY),
        level(1, DENSITY, "i-one"),
        level(2, DENSITY, null),
        ticks(numbers, axis),
        h("span.i-xname", null, coordinate === "squared bias" ? "bias²" : coordinate),
        curve(path((x) => coin_density(u.back(x), coordinate), axis, DENSITY)),
        h("i.i-was", { style: { left, height } }),
        h("i.i-dot.i-solid", { style: { left, bottom: height } }),
      ),
      h("p.i-caption", null, "responsibility of each cell; at the mark: ", h("b", null, two(p.scores[cell]))),
      h(
        "div.i-plot.i-cells",
        null,
        level(0, UNIT),
        level(1, UNIT, "i-one"),
        p.scores.map((s, j) => h("i.i-bar", { key: j / count, style: { left: percent(j / count), width, height: percent(s) } })),
        h("i.i-framed", { style: { left: percent(cell / count), width } }),
      ),
      h(
        "div.i-plot.i-ruler",
        null,
        h("i.i-base", { style: { bottom: "50%" } }),
        ticks(QUARTERS, UNIT),
        h("span.i-xname", null, "bias"),
        h("i.i-dot.i-solid", { style: { left: percent(bias), bottom: "50%" } }),
        ghost(range(hands, state, "bias", "Bias"), { "--from": "2%", "--to": "98%" }),
      ),
    ),
  ];
};

const picture = (state: Hypotheses, reading: PipeReading, hands: Hands<Hypotheses>): Child => [
  choose("index", "Index", state, hands),
  (state.index === "discrete" ? discrete : continuous)(state, reading, hands),
];

const ofSet = (state: Hypotheses, p: Passage, act: Act<Hypotheses> | null): Child => {
  const k = Number(act?.control.slice(-1));
  if (act && k >= 0) {
    const was = read(act.from).passage;
    if (act.control[0] === "e") return answer(k, act.from.energies[k], state.energies[k], was, p);
    const joined = p.kept.includes(k);
    const { kept, scores } = joined ? p : was;
    const share = scores[kept.indexOf(k)];
    return [h("b", null, `${LETTERS[k]} has ${joined ? "joined" : "left"} the set.`), ` It ${joined ? "takes" : "had"} ${two(share)}: every other score is × ${two(joined ? 1 - share : 1 / (1 - share))}.`];
  }
  const out = state.energies.flatMap((_, j) => (p.kept.includes(j) ? [] : [LETTERS[j]]));
  return h("b", null, out.length ? `Without ${listed(out)}.` : "Everyone is in the set.");
};

const ofIndex = (state: Hypotheses, p: Passage, act: Act<Hypotheses> | null): Child => {
  const { bias, coordinate } = state;
  const count = p.scores.length;
  const per = (u: Coordinate): string => `${two(coin_density(bias, u))} per unit of ${u}`;
  const at = `bias ${two(bias)}`;
  const point = `At ${at} the density is ${per(coordinate)}${act?.control === "coordinate" ? ` and ${per(act.from.coordinate)}` : ""}.`;
  const cells = `Of ${count} cell${count > 1 ? "s" : ""} the one around ${at} has responsibility ${two(p.scores[Math.floor(bias * count)])}.`;
  const [event, rest] = act?.control === "cells" ? [cells, point] : [point, cells];
  return [h("b", null, event), ` ${rest} L is ${two(p.value)} for any number of cells.`, coin_density(bias, coordinate) > 1 && " No share can pass 1."];
};

const sentence = (state: Hypotheses, reading: PipeReading, act: Act<Hypotheses> | null): Child => {
  const { passage: p, measurement } = reading;
  return state.index === "discrete"
    ? [ofSet(state, p, act), ` ${consequence(p, measurement)}`, p.scores.length < 2 && ` Only L, ${two(p.value)}, tells its energy. The last cannot leave.`]
    : ofIndex(state, p, act);
};

export const definition = widget<Hypotheses, PipeReading>({
  tag: TAG,
  title: (state) => (state.index === "discrete" ? "Who is in the set?" : "Everyone in the set"),
  lede: "Switch hypotheses out and in, down to the last. Or take every bias of a coin, after 3 heads and 2 tails, in cells.",
  tall: (state) => (state.index === "discrete" ? 700 + rowsBeyond(state.energies.length) : 885),
  metersOf: () => "The six meters of these responsibilities.",
  read,
  picture,
  sentence,
});
