/** Networks that were trained, at some of their steps: the credit that was recorded beside the E-step, computed here. */
import recorded from "../../datasets/network.json";
import { type Act, type Child, type Hands, type Reading, widget } from "../core/widget";
import { pick, stepper } from "../marks/controls";
import { percent, two } from "../marks/format";
import { swatch } from "../marks/marks";
import { gauge } from "../marks/meters";
import { curve, level, on, path, type Span, told, within } from "../marks/plot";
import { argmax, type Vector } from "../math/array";
import { responsibilities } from "../math/softmin";
import { type State, schema } from "./state";

// ------------------------------------------------------------------------------------ the recording

/** Numbers are kept in thousandths. */
const THOUSAND = 1000;
interface Run {
  /** By recorded step, picture and unit. */
  readonly energies: readonly (readonly Vector[])[];
  readonly credit: readonly (readonly Vector[])[];
  /** Of all data, by recorded step. */
  readonly L: Vector;
  readonly dead: Vector;
  readonly entropy: Vector;
  readonly redundancy: Vector;
  /** What the units look for, where that can be drawn. */
  readonly pictures?: readonly (readonly string[])[];
}
const RUNS: Readonly<Record<State["network"], Run>> = recorded.networks;
const STEPS = recorded.steps;
const LAST = STEPS.length - 1;
const units = (v: Vector): Vector => v.map((n) => n / THOUSAND);

interface NetworkReading extends Reading {
  readonly run: Run;
  readonly at: number;
  /** Which of the pictures. */
  readonly which: number;
  readonly d: Vector;
  readonly r: Vector;
  readonly c: Vector;
  /** The farthest that a unit's credit is from its responsibility. */
  readonly gap: number;
}
const read = (state: State): NetworkReading => {
  const run = RUNS[state.network];
  const at = Math.round(state.moment);
  const which = schema.digit.options.indexOf(state.digit);
  const [d, c] = [units(run.energies[at][which]), units(run.credit[at][which])];
  const r = responsibilities(d);
  return {
    measurement: null,
    run,
    at,
    which,
    d,
    r,
    c,
    gap: Math.max(...c.map((v, h) => Math.abs(v - r[h]))),
    numbers: {
      head: ["unit", "energy d", "responsibility r", "credit c"],
      rows: d.map((v, h) => [String(h + 1), v, r[h], c[h]]),
      note: ["Mean L of all digits", run.L[at] / THOUSAND],
    },
  };
};
/** Energies kept to half a thousandth move a share by a quarter of one, and the credit was kept to half of one. */
const KEPT = 0.00076;
const equal = ({ gap }: NetworkReading): boolean => gap < KEPT;

// ------------------------------------------------------------------------------------ the picture

const SIDE = 8;
const LEVELS = 9;
/** Grey levels of eight rows of eight, a path for each level. */
const pixels = (levels: string): Child => {
  const paths = Array.from({ length: LEVELS }, () => "");
  for (let i = 0; i < levels.length; ) {
    const [x, y, grey] = [i % SIDE, Math.floor(i / SIDE), Number(levels[i])];
    let end = i + 1;
    while (end % SIDE !== 0 && levels[end] === levels[i]) end++;
    if (grey > 0) paths[grey - 1] += `M${x} ${y}h${end - i}v1H${x}`;
    i = end;
  }
  return (
    <svg class="i-pixels" viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
      {paths.map((d, k) => d && <path d={d} opacity={((k + 1) / LEVELS).toFixed(2)} />)}
    </svg>
  );
};

/** Of one network and one picture, over all steps: the largest energy, and the shares from the least to the most. */
const extent = ({ run, which }: NetworkReading): { readonly energy: number; readonly shares: Span } => {
  const all = (of: readonly (readonly Vector[])[]): Vector => of.flatMap((moment) => units(moment[which]));
  const shares = [...all(run.credit), ...run.energies.flatMap((moment) => responsibilities(units(moment[which])))];
  return {
    energy: Math.max(...all(run.energies)),
    shares: { low: Math.min(0, ...shares), high: Math.max(...shares) },
  };
};

/** A share as a bar from zero, up or down. */
const bar = (look: string, v: number, shares: Span): Child => (
  <i
    class={look}
    style={{
      bottom: percent(on(Math.min(0, v), shares)),
      height: percent(Math.abs(v) / (shares.high - shares.low)),
    }}
  />
);

/** A number under a picture has room for four signs. */
const LONG = 10;
const brief = (d: number): string => (d < LONG ? two(d) : d.toFixed(1));

const unit = (r: NetworkReading, h: number, energy: number, shares: Span): Child => {
  const picture = r.run.pictures?.[r.at][h];
  return (
    <div class="i-unit">
      {picture && pixels(picture)}
      <span class="i-stem-of" style={{ "--d": percent(r.d[h] / energy) }}>
        {brief(r.d[h])}
      </span>
      <div class="i-shares">
        <i class="i-base" style={{ bottom: percent(on(0, shares)) }} />
        {bar("i-r", r.r[h], shares)}
        {bar("i-c", r.c[h], shares)}
      </div>
      <span class="i-which">{h + 1}</span>
    </div>
  );
};

const board = (r: NetworkReading): Child => {
  const { energy, shares } = extent(r);
  const said = r.d.map(
    (d, h) => `unit ${h + 1}: energy ${two(d)}, responsibility ${two(r.r[h])}, credit ${two(r.c[h])}`,
  );
  return [
    <p class="i-caption">
      {swatch.energy}
      {"energy "}
      <i>d</i>
      {", "}
      {swatch.score}
      {"responsibility "}
      <i>r</i>
      {", "}
      {swatch.credit}
      {"credit "}
      <i>c</i>
      {`, bars up to ${two(shares.high)}`}
    </p>,
    <div class="i-board" role="img" aria-label={said.join("; ")}>
      {r.d.map((_, h) => unit(r, h, energy, shares))}
    </div>,
  ];
};

const TIME: Span = { low: 0, high: LAST };
/** The span of L that holds each run, and the highest that L can be there: no energy is below zero. */
const NATS: Readonly<Record<State["network"], Span>> = {
  distances: { low: -24, high: 4 },
  relu: { low: 2, high: 3 },
  variance: { low: 2, high: 3 },
};
const HIGHEST = Math.log(RUNS.relu.credit[0][0].length);

const trace = (state: State, { run, at }: NetworkReading): Child => {
  const nats = NATS[state.network];
  const L = units(run.L);
  const left = percent(on(at, TIME));
  const top = percent(on(HIGHEST, nats));
  return (
    <div class="i-climb">
      <p class="i-caption">
        {"mean "}
        <i>L</i>
        {" of all 1797 digits over the steps; dashed: log 16"}
      </p>
      <div class="i-plot">
        {told(`L ${two(L[at])} after ${STEPS[at]} steps`)}
        {level(nats.low, nats)}
        {level(nats.high, nats)}
        <i class="i-one" style={{ bottom: top }} />
        <i class="i-at" style={{ left }} />
        {curve(path((k) => L[Math.round(k)], TIME, nats, LAST))}
        <i class="i-value-at" style={{ left, bottom: percent(within(L[at], nats)) }} />
      </div>
      <div class="i-plot i-steps">
        {STEPS.map((step, k) => (
          <span class="i-xlabel" style={{ left: percent(on(k, TIME)) }} aria-hidden="true">
            {step}
          </span>
        ))}
      </div>
    </div>
  );
};

const gauges = (r: NetworkReading): Child => {
  const { run, at, gap, d } = r;
  const dead = run.dead[at];
  const value = (shown: Child): Child => <div class="i-value">{shown}</div>;
  return (
    <div class="i-meters i-four">
      {gauge({
        name: "Credit",
        value: value(equal(r) ? two(0) : two(gap)),
        condition: "c = r, the farthest gap, 0",
        holds: equal(r),
      })}
      {gauge({
        name: "Alive",
        value: value(`${d.length - dead}`),
        condition: `of ${d.length}: d varies`,
        holds: dead === 0,
      })}
      {gauge({
        name: "Entropy",
        value: value(two(run.entropy[at] / THOUSAND)),
        condition: `of r; at most ${two(HIGHEST)}`,
        holds: null,
        aside: "mean",
      })}
      {gauge({
        name: "Redundancy",
        value: value(two(run.redundancy[at] / THOUSAND)),
        condition: "‖Corr d − I‖², alive",
        holds: null,
      })}
    </div>
  );
};

const NETWORKS: Readonly<Record<State["network"], { readonly label: string; readonly said: string }>> = {
  distances: { label: "distances", said: "Energies are distances from prototypes." },
  relu: { label: "ReLU", said: "Energies come out of a ReLU." },
  variance: {
    label: "ReLU, variance kept up",
    said: "Energies come out of a ReLU, and the loss keeps their variance up.",
  },
};

const picture = (state: State, r: NetworkReading, hands: Hands<State>): Child => (
  <div class="i-network">
    <div class="i-sliders">
      {pick(
        hands,
        state,
        "network",
        "Network",
        hands.options("network").map((value) => ({ value, label: NETWORKS[value].label })),
      )}
      {stepper(hands, state, "moment", r.at, ["◂ back", "on ▸"], `${STEPS[r.at]} of ${STEPS[LAST]}`)}
    </div>
    <div class="i-sides">
      <div>{board(r)}</div>
      <div>
        {pick(
          hands,
          state,
          "digit",
          "Picture",
          hands.options("digit").map((value) => ({
            value,
            label: `a ${value}`,
            picture: pixels(recorded.digits[value]),
          })),
        )}
        {trace(state, r)}
        {gauges(r)}
      </div>
    </div>
  </div>
);

// ------------------------------------------------------------------------------------ words

/** Shares that are nearer are one to the reader. */
const ONE = 0.005;

const lead = (state: State, act: Act<State> | null): string | null => {
  switch (act?.control) {
    case "network":
      return NETWORKS[state.network].said;
    case "digit":
      return `The picture is a ${state.digit}.`;
  }
  return null;
};

const sentence = (state: State, r: NetworkReading, act: Act<State> | null): Child => {
  const { run, at, gap } = r;
  const step = `Step ${STEPS[at]} of ${STEPS[LAST]}.`;
  const first = lead(state, act);
  const best = argmax(r.r);
  const [most, least] = [Math.max(...r.r), Math.min(...r.r)];
  const dead = run.dead[at];
  return [
    <b>{first ?? step}</b>,
    first && ` ${step}`,
    equal(r)
      ? " Autograd’s credit is the E-step’s responsibility, unit by unit."
      : ` Autograd’s credit is not the E-step’s responsibility: they are up to ${two(gap)} apart.`,
    most - least < ONE
      ? ` All units have the same share of this ${state.digit}, ${two(most)}.`
      : ` Unit ${best + 1} has the largest share of this ${state.digit}, ${two(most)}.`,
    ` Mean L is ${two(run.L[at] / THOUSAND)}.`,
    dead === 0 ? " No unit is dead." : ` Dead units: ${dead} of ${r.d.length}.`,
  ];
};

export const definition = widget<State, NetworkReading>({
  tag: "iem-network",
  schema,
  title: "A network, step by step",
  lede: "Sixteen units, trained on 1797 handwritten digits, and recorded. Move the step, and choose a picture.",
  tall: () => 760,
  read,
  picture,
  sentence,
});
