/** An objective typed as a formula: its verdicts, its normal form, and the smallest input that shows each break. */
import { type Child, type Hands, type Reading, widget } from "../core/widget";
import { each, pick } from "../marks/controls";
import { capital, LETTERS, listed, percent, two } from "../marks/format";
import { hue, mark, swatch } from "../marks/marks";
import { gauge, meterName } from "../marks/meters";
import { on, type Span } from "../marks/plot";
import { pair } from "../marks/rows";
import { type Room, squareInWords, unitSquare } from "../marks/square";
import { track } from "../marks/track";
import { sum, type Vector } from "../math/array";
import { type Fault, isFault, MOST_CHARACTERS } from "../math/auditing/formula";
import { type Form, isForm } from "../math/auditing/normal_form";
import { type Audit, audit, type There } from "../math/auditing/report";
import { METERS, type Meter } from "../math/meters";
import { type State, schema } from "./state";

/** What the formulas in use are called, in the schema's order. */
const NAMES = [
  "Log-sum-exp",
  "With temperature ½",
  "Cross-entropy",
  "Label smoothing",
  "InfoNCE, T = 0.07",
  "Softmax off by one",
  "NCA, two positives",
  "Focal, γ = 2",
  "Brier",
  "Expected energy",
  "Power likelihood",
  "Sigmoids, one label",
  "Sum of softplus",
  "Sum of exponentials",
  "Hard max",
  "Mean",
] as const;
const HYPOTHESES = ["2", "3", "4", "5", "6"] as const;
const GOALS = [
  { value: "maximized", label: "maximized" },
  { value: "minimized", label: "a loss, minimized" },
] as const;
/** Energies to show where nothing is broken: as many as there are hypotheses. */
const START: Vector = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5];

// ------------------------------------------------------------------------------------ the audit of a state

interface AuditReading extends Reading {
  readonly audited: Audit | Fault;
  /** The objective at the energies shown; null where it cannot be looked at. */
  readonly there: There | null;
}

/** Moving an energy asks for the same audit again: as many are kept as the formulas in use have settings. */
const KEPT = 160;
const kept = new Map<string, Audit | Fault>();
const auditOf = ({ formula, hypotheses, goal }: State): Audit | Fault => {
  const key = [hypotheses, goal, formula].join();
  const made = kept.get(key) ?? audit(formula, Number(hypotheses), goal === "maximized");
  if (kept.size >= KEPT) kept.clear();
  kept.set(key, made);
  return made;
};

const read = (state: State): AuditReading => {
  const audited = auditOf(state);
  const { energies } = state;
  const seen = !isFault(audited) && energies.length >= audited.objective.formula.least;
  const there = seen ? audited.at(energies) : null;
  const credit = there?.finite ? there.credit : energies.map(() => Number.NaN);
  return {
    measurement: null,
    audited,
    there,
    numbers: {
      head: ["hypothesis", "energy d", "credit c"],
      rows: energies.map((d, k) => [LETTERS[k], d, credit[k]]),
      note: ["Objective J", there?.finite ? there.value : Number.NaN],
    },
  };
};

/** With another formula, number or goal, the energies are those of its smallest witness. */
const audits = (state: State, hands: Hands<State>): Hands<State> => ({
  ...hands,
  set: (change, act, held) => {
    const next = { ...state, ...change };
    const audited = auditOf(next);
    const energies = isFault(audited) ? null : (audited.witness.joint ?? START.slice(0, Number(next.hypotheses)));
    hands.set({ ...change, ...(energies && { energies }) }, act, held);
  },
});

// ------------------------------------------------------------------------------------ the formula

/** How much of a formula is shown around its fault. */
const AROUND = 16;

/** The place of a fault, and what is wrong there. */
const faulty = (text: string, { what, at, length }: Fault): Child => {
  const [from, end] = [Math.max(0, at - AROUND), at + Math.max(1, length)];
  return [
    length > 0 && (
      <code>
        {from > 0 && "…"}
        {text.slice(from, at)}
        <mark>{text.slice(at, end) || " "}</mark>
        {text.slice(end, end + AROUND)}
        {text.length > end + AROUND && "…"}
      </code>
    ),
    ` ${what}.`,
  ];
};

const written = (v: Vector): string => v.map(short).join(", ");
/** What the inputs showed beside the verdicts. */
const noticed = ({ tried, usable, kinks, lost, upwards }: Audit): string => {
  if (upwards) return "Audited at energies of 0 and more: elsewhere the formula can lose its value.";
  if (lost) return `No finite value at ${tried - usable} of ${tried} inputs.`;
  if (kinks.length > 0)
    return `Two branches meet at ${kinks.length} of ${tried} inputs, such as ${written(kinks[0])}: they are left out.`;
  return `Audited at ${tried} inputs.`;
};

const formulaField = (state: State, { audited }: AuditReading, hands: Hands<State>): Child => {
  const fault = isFault(audited);
  const note = `${hands.id}-note`;
  return (
    <div class="i-typed">
      <label>
        <i>J(d) =</i>
        <input
          type="text"
          name="formula"
          aria-label="Formula of the objective J in the energies d"
          aria-describedby={note}
          aria-invalid={fault}
          value={state.formula}
          maxLength={MOST_CHARACTERS}
          disabled={hands.locked("formula") || !hands.shows("formula")}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          onInput={(event) => audits(state, hands).set({ formula: event.currentTarget.value }, "formula", true)}
        />
      </label>
      <p class="i-caption" id={note}>
        {fault ? faulty(state.formula, audited) : noticed(audited)}
      </p>
    </div>
  );
};

const steer = (state: State, hands: Hands<State>): Child => {
  const others = audits(state, hands);
  const inUse = hands.options("formula").map((value, k) => ({ value, label: NAMES[k] }));
  return [
    <div class="i-settings">
      {pick(
        others,
        state,
        "hypotheses",
        "Hypotheses",
        HYPOTHESES.map((value) => ({ value, label: value })),
      )}
      <span class="i-over" aria-hidden="true">
        {LETTERS.slice(0, Number(state.hypotheses)).map((_, k) => mark(k))}
      </span>
      {pick(others, state, "goal", "J is", GOALS)}
    </div>,
    <div class="i-in-use">{pick(others, state, "formula", "In use", inUse)}</div>,
  ];
};

// ------------------------------------------------------------------------------------ the normal form

const DIGITS = 3;
/** A number as a formula has it. */
const short = (v: number): string => String(Number(v.toPrecision(DIGITS))).replaceAll("-", "−");
const ONE = 1e-7;
const isOne = (v: number): boolean => Math.abs(v - 1) < ONE;
const isFree = (clamp: Vector): boolean => clamp.every((q) => Math.abs(q) < ONE);

/** Shares of the prior, or what each counts beside an alternative that counts one. */
const prior = ({ prior: logs, kind }: Form): string => {
  if (!logs) return "equal";
  const weights = logs.map(Math.exp);
  const all = kind === "shared" ? sum(weights) : 1;
  return weights.map((a) => short(a / all)).join(" : ");
};

interface Cell {
  readonly sign: Child;
  readonly name: string;
  /** Null where there is none. */
  readonly value: string | null;
  readonly says: string;
}
const cell = ({ sign, name, value, says }: Cell): Child => (
  <div class={value === null ? "i-meter i-snap" : "i-meter"} data-cell={name}>
    <div class="i-sign" aria-hidden="true">
      {sign}
    </div>
    <span class="i-line" aria-hidden="true" />
    <div class="i-top">
      <b>{name}</b>
    </div>
    <div class={value && value.length > 9 ? "i-value i-long" : "i-value"}>
      {value ?? <span class="i-verdict">✕ none</span>}
    </div>
    <div class="i-condition">{says}</div>
  </div>
);

const normalForm = ({ found, hypotheses }: Audit): Child => {
  const form = isForm(found) ? found : null;
  const clamp = isForm(found) ? found.clamp : found.clamp;
  const held = form && { weight: short(form.weight), temperature: short(form.temperature), prior: prior(form) };
  const logged = form ? form.kind === "shared" || form.kind === "silent" : found.kind === "log_sum";
  const cells: readonly Cell[] = [
    { sign: <i>w</i>, name: "weight", value: held?.weight ?? null, says: form ? "c = w r + q" : "" },
    {
      sign: ["· ", <i>τ</i>, " ·"],
      name: "temperature",
      value: held?.temperature ?? null,
      says: form ? "nats for a factor e" : "",
    },
    {
      sign: "log Σ",
      name: "sum over",
      value: logged ? (form?.kind === "silent" ? `${hypotheses} + 1` : String(hypotheses)) : null,
      says:
        form?.kind === "silent" ? "one more, silent, of fixed energy" : logged ? "if one rises, the others gain" : "",
    },
    {
      sign: [<i>a</i>, " e", <sup>−d/τ</sup>],
      name: "prior",
      value: held?.prior ?? null,
      says: form ? (form.prior ? "not all count alike" : "all count alike") : "",
    },
    {
      sign: ["− ⟨", <i>q</i>, ", ", <i>d</i>, "⟩"],
      name: "clamp",
      value: clamp ? (isFree(clamp) ? "0" : `(${written(clamp)})`) : null,
      says: clamp ? (isFree(clamp) ? "nothing is held" : "held, whatever the input") : "",
    },
  ];
  return (
    <div role="group" aria-label="Normal form">
      <p class="i-caption">
        <b>Normal form</b>
        {isForm(found)
          ? `, found to ${Math.max(found.residual, Number.EPSILON).toExponential(0).replace("-", "−")}`
          : `: ${found.why}`}
      </p>
      <div class="i-meters i-normal">{cells.map(cell)}</div>
    </div>
  );
};

// ------------------------------------------------------------------------------------ the meters

const CONDITIONS: Readonly<Record<Meter, Child>> = {
  sum: "Σc = 1",
  positivity: "every c > 0",
  match: "c = r",
  ratio: ["ln c", <sub>i</sub>, "/c", <sub>j</sub>, " = (d", <sub>j</sub>, " − d", <sub>i</sub>, ")/τ"],
  shift: "c the same at d + 1",
  coupling: ["∂c", <sub>i</sub>, "/∂d", <sub>j</sub>, " = c", <sub>i</sub>, " c", <sub>j</sub>, "/τ"],
};
const ASIDES: Readonly<Record<string, string>> = { null: "… undecided", none: "no pair" };

/** No rounding makes a broken meter read as if it held, or positive credit as if it were none. */
const readOff = (meter: Meter, shown: number, holds: boolean): string => {
  const other = meter === "sum" ? 1 : 0;
  const apart = holds === (meter === "positivity") && two(shown) === two(other);
  if (!apart) return two(shown);
  const text = shown.toFixed(4);
  return Number(text) === other ? `${shown < other ? "<" : ">"} ${other}` : text.replace("-", "−");
};

/** A broken meter reads what its witness shows; one that holds, what it is at the energies that are shown. */
const verdicts = ({ holds, witness, counts, tried }: Audit, there: There | null): Child => (
  <div class="i-meters" role="group" aria-label="Verdicts">
    {METERS.map((meter) => {
      const [verdict, shows] = [holds[meter], witness.each[meter]];
      const told =
        verdict === true
          ? `on ${counts[meter].holds} of ${tried}`
          : shows
            ? `at ${written(shows.energies)}`
            : `${counts[meter].holds} hold, ${counts[meter].undecided} cannot be told`;
      const value = verdict === true ? there?.findings[meter].shown : shows?.shown;
      const name = meterName(meter);
      return gauge(
        {
          name: capital(name),
          value: (
            <div class="i-value">
              {value === undefined || Number.isNaN(value) ? "–" : readOff(meter, value, !shows)}
            </div>
          ),
          condition: [CONDITIONS[meter], <span class="i-told">{told}</span>],
          holds: typeof verdict === "boolean" ? verdict : null,
          aside: ASIDES[String(verdict)],
        },
        { "data-verdict": meter, "data-holds": String(verdict ?? "undecided") },
      );
    })}
  </div>
);

// ------------------------------------------------------------------------------------ the witness

/** The smallest witnesses, each with the meters that it is the smallest of. */
const witnessesOf = ({
  witness,
}: Audit): readonly { readonly energies: Vector; readonly meters: readonly Meter[] }[] => {
  const distinct = new Map<string, { energies: Vector; meters: Meter[] }>();
  const place = (energies: Vector): { energies: Vector; meters: Meter[] } => {
    const key = energies.join();
    const it = distinct.get(key) ?? { energies, meters: [] };
    distinct.set(key, it);
    return it;
  };
  if (witness.joint) place(witness.joint);
  for (const meter of METERS) {
    const it = witness.each[meter];
    if (it) place(it.energies).meters.push(meter);
  }
  return [...distinct.values()];
};

const witnesses = (state: State, audited: Audit, hands: Hands<State>): Child => {
  const all = witnessesOf(audited);
  if (all.length === 0 || !hands.shows("energies")) return false;
  return (
    <fieldset class="i-choices" disabled={hands.locked("energies")}>
      <legend>Smallest input that shows</legend>
      <div class="i-options">
        {all.map(({ energies, meters }) => (
          <label class="i-choice">
            <input
              type="radio"
              name={`${hands.id}-witness`}
              value={energies.join()}
              checked={energies.join() === state.energies.join()}
              onChange={() => hands.set({ energies }, "witness")}
            />
            <span>
              {meters.length > 0 ? listed(meters.map(meterName)) : "all breaks"}
              {`: ${written(energies)}`}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
};

/** Room for a hypothesis that is wholly pushed away, and for one that is wholly pulled in. */
const AXIS: Span = { low: -1.1, high: 1.1 };
const at = (v: number): number => on(Math.max(AXIS.low, Math.min(AXIS.high, v)), AXIS);
const span = (a: number, b: number): { left: string; width: string } => ({
  left: percent(Math.min(at(a), at(b))),
  width: percent(Math.abs(at(a) - at(b))),
});
const beyond = (v: number, look: string): Child =>
  Math.abs(v) > AXIS.high && <i class={`i-off ${v > 0 ? "i-right" : "i-left"} ${look}`} aria-hidden="true" />;

/** Energies are few and near, or else anywhere. */
const NEAR: Span = { low: -2, high: 6 };
const FAR: Span = { low: schema.energies.low, high: schema.energies.high };
const TICKS = { near: [-2, 0, 2, 4, 6], far: [-50, -25, 0, 25, 50] } as const;

const signed = (v: number): string => String(v).replace("-", "−");

const bars = (k: number, score: number, credit: number): Child => (
  <div class={`i-vernier ${hue(k)}`}>
    <i class="i-simplex" style={span(0, 1)} />
    {Number.isFinite(credit) ? (
      [
        <i class="i-bar i-score" style={span(0, score)} />,
        <i class="i-bar i-credit" style={span(0, credit)} />,
        <i class="i-end i-up" style={{ left: percent(at(score)) }} />,
        <i class="i-end i-down" style={{ left: percent(at(credit)) }} />,
        <i class="i-riser" style={span(score, credit)} />,
        beyond(score, "i-up"),
        beyond(credit, "i-down"),
      ]
    ) : (
      <span class="i-none">no value</span>
    )}
  </div>
);

const rows = (state: State, { there, numbers }: AuditReading, hands: Hands<State>): Child => {
  const near = state.energies.every((d) => d >= NEAR.low && d <= NEAR.high);
  const range = near ? NEAR : FAR;
  const ticks = near ? TICKS.near : TICKS.far;
  const credit = numbers.rows.map((row) => row[2] as number);
  const scores = there?.scores ?? credit;
  return (
    <div class="i-compare i-audited" role="group" aria-label="Energies, scores and credit">
      <div class="i-row i-heads" aria-hidden="true">
        <div class="i-name">
          {swatch.energy}
          energy
        </div>
        <div class="i-key">
          {swatch.score}
          {"score "}
          {swatch.credit}
          credit
        </div>
        <div class="i-pair">
          <span>score</span>
          <b />
          <span>credit</span>
        </div>
      </div>
      {state.energies.map((d, k) => (
        <div class="i-row" key={k}>
          <div class="i-name">
            {track({
              ...each(hands, state, "energies", "Energy", k),
              ...range,
              hypothesis: k,
              ticks,
              text: `${two(d)} nats, score ${two(scores[k])}, credit ${two(credit[k])}`,
            })}
          </div>
          {bars(k, scores[k], credit[k])}
          {pair(LETTERS[k], scores[k], credit[k])}
        </div>
      ))}
      <div class="i-row i-sumrow">
        <div class="i-name" aria-hidden="true">
          <div class="i-track i-scale">
            <div class="i-rail">
              {ticks.map((v) => (
                <span style={{ left: percent(on(v, range)) }}>{signed(v)}</span>
              ))}
            </div>
            <span class="i-number" />
          </div>
        </div>
        <div class="i-ticks" aria-hidden="true">
          {[-1, 0, 1].map((v) => (
            <span style={{ left: percent(at(v)) }}>{signed(v)}</span>
          ))}
        </div>
        {pair("Sum", sum(scores), sum(credit))}
      </div>
    </div>
  );
};

/** Room for the squares, and for as much as is above or below them: at most so far. */
const BEYOND = { edge: 0.04, above: 1.4, below: -1.1 } as const;
const roomFor = (scores: Vector, ...all: readonly Vector[]): Room => {
  const heights = all.flatMap((areas) => areas.map((c, k) => (scores[k] === 0 ? 0 : c / scores[k])));
  return {
    left: -BEYOND.edge,
    right: 1 + BEYOND.edge,
    floor: Math.max(BEYOND.below, Math.min(0, ...heights)) - BEYOND.edge,
    ceiling: Math.min(BEYOND.above, Math.max(1, ...heights)) + BEYOND.edge,
  };
};

/** The unit square of the objective; beside it the one that is left when clamp and weight are taken off. */
const squares = ({ energies, credit, scores, found, temperature, finite }: There): Child => {
  if (!finite) return false;
  const isOff = isForm(found) && !(isOne(found.weight) && isFree(found.clamp));
  const freed = isOff ? credit.map((c, k) => (c - found.clamp[k]) / found.weight) : null;
  const room = roomFor(scores, credit, freed ?? []);
  const draw = (title: string, areas: Vector): Child => {
    const columns = { kept: energies.map((_, k) => k), scores, credit: areas };
    return (
      <div>
        <p class="i-caption">{title}</p>
        {unitSquare(
          columns,
          energies.map((d) => d / temperature),
          { room, labels: true, label: `${title}: ${squareInWords(columns)}` },
        )}
      </div>
    );
  };
  return (
    <div class="i-squares">
      {draw("Width score, area credit", credit)}
      {freed && draw("Clamp and weight taken off", freed)}
    </div>
  );
};

// ------------------------------------------------------------------------------------ the picture

const picture = (state: State, reading: AuditReading, hands: Hands<State>): Child => {
  const { audited, there } = reading;
  return (
    <div class="i-audit">
      <div>
        {formulaField(state, reading, hands)}
        {steer(state, hands)}
      </div>
      {hands.said}
      <div>{!isFault(audited) && [normalForm(audited), verdicts(audited, there)]}</div>
      <div>
        {!isFault(audited) && witnesses(state, audited, hands)}
        <div class="i-shown">
          {rows(state, reading, hands)}
          {there && squares(there)}
        </div>
      </div>
    </div>
  );
};

// ------------------------------------------------------------------------------------ words

/** What must be taken off before credit is the softmin. */
const upTo = ({ temperature, prior: logs, weight, clamp }: Form): string => {
  const all = [
    isOne(temperature) ? "" : `a temperature of ${two(temperature)}`,
    logs ? "a prior" : "",
    isOne(weight) ? "" : `a weight of ${two(weight)}`,
    isFree(clamp) ? "" : "a clamp",
  ].filter(Boolean);
  return all.length > 0 ? `, up to ${listed(all)}` : "";
};

const whatItIs = ({ found, hypotheses }: Audit): string => {
  const up = isForm(found) ? upTo(found) : "";
  switch (found.kind) {
    case "shared":
      return up
        ? `Implicit EM with ${hypotheses} hypotheses${up}`
        : `This is implicit EM with ${hypotheses} hypotheses`;
    case "silent":
      return `Implicit EM with a silent hypothesis beside these ${hypotheses}${up}`;
    case "apart":
      return `No hypothesis feels another: these are ${hypotheses} two-way EMs${up}`;
    case "unshared":
      return `Exponentials of ${hypotheses} hypotheses that are never shared${up}`;
    case "log_sum":
      return `A logarithm of a sum over ${hypotheses} hypotheses, but not of exponentials`;
    case "linear":
      return `All clamp: the credit of ${hypotheses} hypotheses never looks at their energies`;
    case "none":
      return `No normal form with ${hypotheses} hypotheses`;
  }
};

/** Credit of exponentials knows no bounds: beyond this it is written with its power of ten. */
const LONG = 1e6;
const said = (v: number): string =>
  Math.abs(v) < LONG ? two(v) : v.toExponential(2).replace("e+", "e").replace("-", "−");

/** The credit at the energies that are shown. */
const credited = ({ energies }: State, there: There | null): string => {
  const place = `At energies ${energies.map(two).join(", ")}`;
  if (!there?.finite) return `${place} there is no value.`;
  const several = there.kink ? ", one of several, for two branches meet" : "";
  return `${place} credit is ${there.credit.map(said).join(", ")}, together ${said(sum(there.credit))}${several}.`;
};

const names = (audited: Audit, verdict: Audit["holds"][Meter]): string =>
  METERS.filter((meter) => audited.holds[meter] === verdict)
    .map(meterName)
    .join(", ");

const sentence = (state: State, { audited, there }: AuditReading): Child => {
  if (isFault(audited))
    return [
      <b>Nothing is audited:</b>,
      ` what is wrong from character ${audited.at + 1} on is said below the formula.`,
    ];
  const [broken, undecided] = [names(audited, false), names(audited, null)];
  return [
    <b>{`${whatItIs(audited)}.`}</b>,
    ` ${credited(state, there)}`,
    undecided && ` Undecided: ${undecided}.`,
    broken && ` Broken: ${broken}.`,
  ];
};

export const definition = widget<State, AuditReading>({
  tag: "iem-audit",
  schema,
  title: "Audit an objective",
  lede: [
    "Type what a model makes large, as a formula in its energies ",
    <i>d</i>,
    ". You see what it keeps of implicit EM, its normal form if it has one, and the smallest input that shows each break.",
  ],
  tall: () => 1060,
  placesSentence: true,
  read,
  picture,
  sentence,
});
