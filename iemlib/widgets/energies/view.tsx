import { sum, type Vector } from "../math/array";
import { distance, dot_product, gaussian, own_ruler, squared_distance } from "../math/energies";
import { implicit_em } from "../math/mechanism";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { dial, each, ghost, pick, range, type Range } from "../marks/controls";
import { LETTERS, percent, signed, two } from "../marks/format";
import type { Child } from "../core/widget";
import { hue, mark } from "../marks/marks";
import { level, on, path, sheet, ticks, within, type Span } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";

type Words = Readonly<Record<string, string>>;
type Kernel = keyof typeof KERNELS;

/** On a line, all distances are one. */
const KERNELS = { squared_distance, absolute: distance, gaussian, dot_product };
const LABELS: Words = {
  squared_distance: "Squared distance",
  absolute: "Absolute distance",
  gaussian: "Gaussian with volume",
  dot_product: "Inner product",
};
const RULERS: Words = { given: "everybody’s ruler", own: "B’s own ruler" };
const LINE: Span = { low: -4, high: 4 };
/** Places along the line: enough for what bends gently or is small, and about a pixel each. */
const FEW = 80;
const FINE = 320;
/** Equal for every reader: far below the second decimal. */
const EQUAL = 1e-9;

type Field = (z: number) => Vector;
/** State as the kernel gives them; a Gaussian's unit is one over its variance, and brings its volume. */
const given = ({ kernel, prototypes, unit }: State): Field => {
  const kernels: Readonly<Record<Kernel, (z: Vector, m: readonly Vector[], variances: Vector) => Vector>> = KERNELS;
  const means = prototypes.map((m) => [m]);
  const variances = prototypes.map((_, k) => (k === 1 ? 1 / unit : 1));
  return (z) => kernels[kernel]([z], means, variances);
};
/** The unit that is left for B to count what it is given in. */
const factor = ({ kernel, unit }: State): number => (kernel === "gaussian" ? 1 : unit);
/** State as they count: B's on its own ruler. */
const counted = (state: State): Field => {
  const d = given(state);
  return (z) => d(z).map((v, k) => (k === 1 ? factor(state) * v + state.offset : v));
};

/** The places halfway between neighbours, and how far their energies are apart there. */
const halves = (state: State): readonly (readonly [number, number])[] => {
  const m = state.prototypes;
  const order = [...m.keys()].sort((j, k) => m[j] - m[k]);
  return order.slice(1).map((k, i) => {
    const z = (m[order[i]] + m[k]) / 2;
    const e = counted(state)(z);
    return [z, Math.abs(e[order[i]] - e[k])];
  });
};

const read = (state: State): PipeReading => {
  const reading =
    state.ruler === "own"
      ? readPipe(implicit_em, counted(state)(state.z))
      : readPipe({ ...implicit_em, energies: own_ruler(factor(state), state.offset) }, given(state)(state.z));
  const { numbers } = reading;
  return {
    ...reading,
    numbers: {
      ...numbers,
      rows: numbers.rows.map(([name, ...values], k) => [`${name} at ${two(state.prototypes[k])}`, ...values]),
    },
  };
};

/** What a slider moves, and how its value is written; a Gaussian's volume goes with its unit. */
const written = ({ kernel, z, prototypes, offset, unit }: State, name: string): readonly [string, string] => {
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
const owners = (state: State, fine: number, ...more: Child[]): Child => {
  const e = counted(state);
  const least = Array.from({ length: fine }, (_, i) => {
    const d = e(LINE.low + (8 * i + 4) / fine);
    return d.indexOf(Math.min(...d));
  });
  return (
    <span class="i-owners">
      {least.map((k, i) => k !== least[i - 1] && <i class={`i-bar ${hue(k)}`} style={{ left: percent(i / fine) }} />)}
      {more}
    </span>
  );
};

/** What is held on a line, over a slider of its own. */
const handle = (r: Range, drawn: Child): Child => [
  <span class="i-handle" style={{ left: at(r.value) }}>
    {drawn}
  </span>,
  ghost(r, { "--from": "0%", "--to": "100%" }),
];

const places = (state: State, hands: Hands<State>): Child => {
  const { prototypes, z, offset } = state;
  const axis: Span = state.kernel === "dot_product" ? { low: -9, high: 9 } : { low: -2, high: 6 };
  const well = (e: Field, k: number, look = hue(k)): Child => (
    <path class={look} d={path((x) => e(x)[k], LINE, axis, FEW)} />
  );
  const [e, was] = [counted(state), prototypes.length > 1 && state.ruler === "given" && given(state)];
  /** The shares of all up to k, laid upon each other. */
  const below = (x: number, k: number): number => {
    const f = e(x).map((v) => Math.exp(-v));
    return sum(f.slice(0, k + 1)) / sum(f);
  };
  const zeros = was ? [was, e].map((to) => within(to(prototypes[1])[1], axis)) : [];
  return (
    <div class="i-plots i-places" style={{ "--z": at(z) }}>
      <p class="i-caption">
        {"energy "}
        <i>d</i>
        {" at every place"}
      </p>
      <div class="i-plot i-wells">
        <i class="i-yaxis" />
        {level(0, axis)}
        {level(axis.high, axis, null)}
        {sheet(
          was && well(was, 1, "i-h1 i-given"),
          prototypes.map((_, k) => well(e, k)),
        )}
        {e(z).map((v, k) => (
          <span
            class={`i-spot${v > axis.high ? " i-beyond" : ""}`}
            style={{ left: at(z), bottom: percent(within(v, axis)) }}
          >
            {mark(k)}
          </span>
        ))}
        {was && offset ? (
          <i
            class="i-own"
            style={{
              left: at(prototypes[1]),
              top: percent(1 - Math.max(...zeros)),
              bottom: percent(Math.min(...zeros)),
            }}
          />
        ) : null}
      </div>
      <div class="i-plot i-ruler">
        <i class="i-base" style={{ bottom: "50%" }} />
        {ticks([-4, -2, 0, 2, 4], LINE)}
        {prototypes.map((_, k) => handle(each(hands, state, "prototypes", "Prototype", k), mark(k)))}
      </div>
      <p class="i-caption">
        {"who owns it, by share "}
        <i>r</i>
        {"; "}
        <i class="i-before-key" />
        halfway
      </p>
      {owners(
        state,
        FINE,
        halves(state).map(([z]) => <i class="i-before" style={{ left: at(z) }} />),
      )}
      <div class="i-plot i-band">
        {sheet(
          prototypes
            .map((_, k) => (
              <path class={hue(k)} d={`${path((x) => below(x, k), LINE, { low: 0, high: 1 }, FEW)}V100H0Z`} />
            ))
            .reverse(),
        )}
        {prototypes.map((m, k) => (
          <span class="i-spot i-small" style={{ left: at(m), bottom: percent((below(m, k - 1) + below(m, k)) / 2) }}>
            {mark(k)}
          </span>
        ))}
      </div>
      <div class="i-plot i-ruler">
        <i class="i-base" style={{ bottom: "50%" }} />
        <span class="i-xname">
          <i>z</i>
          {` = ${two(z)}`}
        </span>
        {handle(range(hands, state, "z", "Datum z"), <b class="i-eq i-ne">z</b>)}
      </div>
    </div>
  );
};

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => {
  const chosen = (name: "kernel" | "ruler", legend: string, labels: Words, drawn?: (value: string) => Child): Child =>
    pick(
      hands,
      state,
      name,
      legend,
      hands.options(name).map((value) => ({ value, label: labels[value], picture: drawn?.(value) })),
    );
  const slid = (name: "offset" | "unit"): Child => dial(hands, state, name, ...written(state, name));
  return (
    <div>
      {chosen("kernel", "Energy", LABELS, (kernel) => owners({ ...state, kernel: kernel as Kernel }, FEW))}
      <div class="i-side">
        {places(state, hands)}
        <div>
          {state.prototypes.length > 1 && [slid("offset"), slid("unit"), chosen("ruler", "Measured on", RULERS)]}
          {compare(reading.passage)}
        </div>
      </div>
    </div>
  );
};

const sentence = (state: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => {
  // Of a slider its value is said; of all else, where the reader now is.
  const most = Math.max(...halves(state).map(([, gap]) => gap));
  return [
    <b>
      {act && /^[zoup]/.test(act.control)
        ? written(state, act.control).join(" is ")
        : `${LABELS[state.kernel]}, measured on ${RULERS[state.ruler]}`}
      .
    </b>,
    most >= 0 &&
      ` Halfway between neighbours, energies ${most < EQUAL ? "are equal" : `differ by up to ${two(most)}`}.`,
    ` ${consequence(passage, measurement)}${verdict(measurement)}`,
  ];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-energies",
  schema,
  title: "Are they comparable?",
  lede: "What moves a border: another kernel, or B’s own ruler?",
  tall: (state) => Math.max(804, 644 + rowsBeyond(state.prototypes.length)),
  read,
  picture,
  sentence,
});
