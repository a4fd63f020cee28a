import { sum, type Vector } from "../math/array";
import { distance, dot_product, gaussian, own_ruler, squared_distance } from "../math/energies";
import { implicit_em } from "../math/mechanism";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import type { State } from "../core/schema";
import { dial, each, ghost, pick, range, type Range } from "../marks/controls";
import { LETTERS, percent, signed, two } from "../marks/format";
import { h, type Child } from "../marks/h";
import { hue, mark } from "../marks/marks";
import { level, on, path, sheet, ticks, within, type Span } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";

type Words = Readonly<Record<string, string>>;
type Kernel = keyof typeof KERNELS;
interface Energies extends State {
  readonly z: number;
  readonly prototypes: Vector;
  readonly kernel: Kernel;
  readonly offset: number;
  readonly unit: number;
  readonly ruler: "given" | "own";
}

/** On a line, all distances are one. */
const KERNELS = { squared_distance, absolute: distance, gaussian, dot_product };
const LABELS: Words = { squared_distance: "Squared distance", absolute: "Absolute distance", gaussian: "Gaussian with volume", dot_product: "Inner product" };
const RULERS: Words = { given: "everybody’s ruler", own: "B’s own ruler" };
const LINE: Span = { low: -4, high: 4 };
/** Places along the line: enough for what bends gently or is small, and about a pixel each. */
const FEW = 80;
const FINE = 320;
/** Equal for every reader: far below the second decimal. */
const EQUAL = 1e-9;

type Field = (z: number) => Vector;
/** Energies as the kernel gives them; a Gaussian's unit is one over its variance, and brings its volume. */
const given = ({ kernel, prototypes, unit }: Energies): Field => {
  const kernels: Readonly<Record<Kernel, (z: Vector, m: readonly Vector[], variances: Vector) => Vector>> = KERNELS;
  const means = prototypes.map((m) => [m]);
  const variances = prototypes.map((_, k) => (k === 1 ? 1 / unit : 1));
  return (z) => kernels[kernel]([z], means, variances);
};
/** The unit that is left for B to count what it is given in. */
const factor = ({ kernel, unit }: Energies): number => (kernel === "gaussian" ? 1 : unit);
/** Energies as they count: B's on its own ruler. */
const counted = (state: Energies): Field => {
  const d = given(state);
  return (z) => d(z).map((v, k) => (k === 1 ? factor(state) * v + state.offset : v));
};

/** The places halfway between neighbours, and how far their energies are apart there. */
const halves = (state: Energies): readonly (readonly [number, number])[] => {
  const m = state.prototypes;
  const order = [...m.keys()].sort((j, k) => m[j] - m[k]);
  return order.slice(1).map((k, i) => {
    const z = (m[order[i]] + m[k]) / 2;
    const e = counted(state)(z);
    return [z, Math.abs(e[order[i]] - e[k])];
  });
};

const read = (state: Energies): PipeReading => {
  const reading = state.ruler === "own"
    ? readPipe(implicit_em, counted(state)(state.z))
    : readPipe({ ...implicit_em, energies: own_ruler(factor(state), state.offset) }, given(state)(state.z));
  const { numbers } = reading;
  return { ...reading, numbers: { ...numbers, rows: numbers.rows.map(([name, ...values], k) => [`${name} at ${two(state.prototypes[k])}`, ...values]) } };
};

/** What a slider moves, and how its value is written; a Gaussian's volume goes with its unit. */
const written = ({ kernel, z, prototypes, offset, unit }: Energies, name: string): readonly [string, string] => {
  const k = Number(name.slice(-1));
  const names: Readonly<Record<string, readonly [string, string]>> = {
    z: ["Datum z", two(z)],
    offset: ["B’s own zero", `${signed(offset)} nats`],
    unit: ["B’s own unit", two(unit) + (kernel === "gaussian" ? `, volume ${signed(-Math.log(unit) / 2)}` : "")],
  };
  return names[name] ?? [`Prototype of ${LETTERS[k]}`, two(prototypes[k])];
};
const at = (z: number): string => percent(on(z, LINE));
/** Whose energy is the least at each of `fine` places; the next stretch lies over the end of the last. */
const owners = (state: Energies, fine: number, ...more: Child[]): Child => {
  const e = counted(state);
  const least = Array.from({ length: fine }, (_, i) => {
    const d = e(LINE.low + (8 * i + 4) / fine);
    return d.indexOf(Math.min(...d));
  });
  return h("span.i-owners", null, least.map((k, i) => k !== least[i - 1] && h(`i.i-bar.${hue(k)}`, { style: { left: percent(i / fine) } })), more);
};

/** What is held on a line, over a slider of its own. */
const handle = (r: Range, drawn: Child): Child => [h("span.i-handle", { style: { left: at(r.value) } }, drawn), ghost(r, { "--from": "0%", "--to": "100%" })];

const places = (state: Energies, hands: Hands<Energies>): Child => {
  const { prototypes, z, offset } = state;
  const axis: Span = state.kernel === "dot_product" ? { low: -9, high: 9 } : { low: -2, high: 6 };
  const well = (e: Field, k: number, look = hue(k)): Child => h("path", { class: look, d: path((x) => e(x)[k], LINE, axis, FEW) });
  const [e, was] = [counted(state), prototypes.length > 1 && state.ruler === "given" && given(state)];
  /** The shares of all up to k, laid upon each other. */
  const below = (x: number, k: number): number => {
    const f = e(x).map((v) => Math.exp(-v));
    return sum(f.slice(0, k + 1)) / sum(f);
  };
  const zeros = was ? [was, e].map((to) => within(to(prototypes[1])[1], axis)) : [];
  return h(
    "div.i-plots.i-places",
    { style: { "--z": at(z) } },
    h("p.i-caption", null, "energy ", h("i", null, "d"), " at every place"),
    h(
      "div.i-plot.i-wells",
      null,
      h("i.i-yaxis"),
      level(0, axis),
      level(axis.high, axis, null),
      sheet(was && well(was, 1, "i-h1 i-given"), prototypes.map((_, k) => well(e, k))),
      e(z).map((v, k) => h("span", { class: `i-spot${v > axis.high ? " i-beyond" : ""}`, style: { left: at(z), bottom: percent(within(v, axis)) } }, mark(k))),
      was && offset ? h("i.i-own", { style: { left: at(prototypes[1]), top: percent(1 - Math.max(...zeros)), bottom: percent(Math.min(...zeros)) } }) : null,
    ),
    h(
      "div.i-plot.i-ruler",
      null,
      h("i.i-base", { style: { bottom: "50%" } }),
      ticks([-4, -2, 0, 2, 4], LINE),
      prototypes.map((_, k) => handle(each(hands, state, "prototypes", "Prototype", k), mark(k))),
    ),
    h("p.i-caption", null, "who owns it, by share ", h("i", null, "r"), "; ", h("i.i-before-key"), "halfway"),
    owners(state, FINE, halves(state).map(([z]) => h("i.i-before", { style: { left: at(z) } }))),
    h(
      "div.i-plot.i-band",
      null,
      sheet(prototypes.map((_, k) => h("path", { class: hue(k), d: `${path((x) => below(x, k), LINE, { low: 0, high: 1 }, FEW)}V100H0Z` })).reverse()),
      prototypes.map((m, k) => h("span.i-spot.i-small", { style: { left: at(m), bottom: percent((below(m, k - 1) + below(m, k)) / 2) } }, mark(k))),
    ),
    h(
      "div.i-plot.i-ruler",
      null,
      h("i.i-base", { style: { bottom: "50%" } }),
      h("span.i-xname", null, h("i", null, "z"), ` = ${two(z)}`),
      handle(range(hands, state, "z", "Datum z"), h("b.i-eq.i-ne", null, "z")),
    ),
  );
};

const picture = (state: Energies, reading: PipeReading, hands: Hands<Energies>): Child => {
  const chosen = (name: string, legend: string, labels: Words, drawn?: (value: string) => Child): Child =>
    pick(hands, state, name, legend, Object.keys(labels).map((value) => ({ value, label: labels[value], picture: drawn?.(value) })));
  const slid = (name: string): Child => dial(hands, state, name, ...written(state, name));
  return h(
    "div",
    null,
    chosen("kernel", "Energy", LABELS, (kernel) => owners({ ...state, kernel: kernel as Kernel }, FEW)),
    h(
      "div.i-side",
      null,
      places(state, hands),
      h("div", null, state.prototypes.length > 1 && [slid("offset"), slid("unit"), chosen("ruler", "Measured on", RULERS)], compare(reading.passage)),
    ),
  );
};

const sentence = (state: Energies, { passage, measurement }: PipeReading, act: Act<Energies> | null): Child => {
  // Of a slider its value is said; of all else, where the reader now is.
  const most = Math.max(...halves(state).map(([, gap]) => gap));
  return [
    h("b", null, act && /^[zoup]/.test(act.control) ? written(state, act.control).join(" is ") : `${LABELS[state.kernel]}, measured on ${RULERS[state.ruler]}`, "."),
    most >= 0 && ` Halfway between neighbours, energies ${most < EQUAL ? "are equal" : `differ by up to ${two(most)}`}.`,
    ` ${consequence(passage, measurement)}${verdict(measurement)}`,
  ];
};

export const definition = widget<Energies, PipeReading>({
  tag: "iem-energies",
  title: "Are they comparable?",
  lede: "What moves a border: another kernel, or B’s own ruler?",
  tall: (state) => Math.max(804, 644 + rowsBeyond(state.prototypes.length)),
  read,
  picture,
  sentence,
});
