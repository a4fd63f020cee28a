/** Objectives of which it is known what they keep: those in use, such as are composed at random, and formulas that are none. */
import type { Verdict } from "../../iemlib/widgets/math/auditing/verdicts";
import type { Meter } from "../../iemlib/widgets/math/meters";
import type { Dice } from "./random";

type Vector = readonly number[];
interface KnownForm {
  readonly weight: number;
  readonly temperature: number;
  readonly clamp: Vector;
  /** Up to a factor. */
  readonly prior?: Vector;
}

// ------------------------------------------------------------------------------------ in use

export interface Truth {
  readonly text: string;
  readonly hypotheses: number;
  readonly maximized?: boolean;
  /** Sum, positivity, match, ratio, shift, coupling: h holds, b broken, ? undecided, – no pair. */
  readonly verdicts: string;
  readonly kind?: "shared" | "silent" | "apart" | "unshared" | "log_sum" | "linear" | "none";
  readonly form?: KnownForm;
}
const first = [1, 0, 0, 0];
const nothing = [0, 0, 0, 0];
const CROSS_ENTROPY: KnownForm = { weight: -1, temperature: 1, clamp: first };

export const TRUTHS: readonly Truth[] = [
  { text: "log(sum(exp(-d)))", verdicts: "hhhhhh", form: { weight: 1, temperature: 1, clamp: nothing } },
  { text: "0.5*logsumexp(-d/0.5)", verdicts: "hhhhhh", form: { weight: 1, temperature: 0.5, clamp: nothing } },
  // Without its temperature before it, the weight is its inverse.
  { text: "logsumexp(-d/0.5)", verdicts: "bhbhhb", form: { weight: 2, temperature: 0.5, clamp: nothing } },
  {
    text: "log(exp(-d[0]) + 2*exp(-d[1]) + 3*exp(-d[2]) + 4*exp(-d[3]))",
    verdicts: "hhhbhh",
    form: { weight: 1, temperature: 1, clamp: nothing, prior: [1, 2, 3, 4] },
  },
  { text: "log(softmin(d)[y])", verdicts: "bbbbhb", form: CROSS_ENTROPY },
  { text: "-log(softmin(d)[y])", maximized: false, verdicts: "bbbbhb", form: CROSS_ENTROPY },
  { text: "-d[y] - logsumexp(-d)", verdicts: "bbbbhb", form: CROSS_ENTROPY },
  {
    text: "0.9*log(softmin(d)[y]) + 0.1*mean(log(softmin(d)))",
    verdicts: "bbbbhb",
    form: { weight: -1, temperature: 1, clamp: [0.925, 0.025, 0.025, 0.025] },
  },
  {
    text: "log(softmin(d/0.07)[y])",
    verdicts: "bbbbhb",
    form: { weight: -1 / 0.07, temperature: 0.07, clamp: [1 / 0.07, 0, 0, 0] },
  },
  {
    text: "log(1 + sum(exp(-d)))",
    verdicts: "bhhhbh",
    kind: "silent",
    form: { weight: 1, temperature: 1, clamp: nothing },
  },
  { text: "log(0.000001 + sum(exp(-d)))", verdicts: "bhhhbh", kind: "silent" },
  // So faint that it shows where all energies are high, and nowhere else.
  { text: "log(1e-9 + sum(exp(-d)))", verdicts: "bhhhbh", kind: "silent" },
  { text: "log(softmin(d)[0] + softmin(d)[1])", verdicts: "bbbbhb", kind: "none" },
  { text: "(1 - softmin(d)[y])^2 * log(softmin(d)[y])", verdicts: "bbbbhb", kind: "none" },
  { text: "2*softmin(d)[y] - sum(softmin(d)^2)", verdicts: "bbbbhb", kind: "none" },
  { text: "-sum(softmin(d)*d)", verdicts: "hbbbhb", kind: "none" },
  {
    text: "sum(exp(-d))",
    verdicts: "bhhhbb",
    kind: "unshared",
    form: { weight: 1, temperature: 1, clamp: nothing },
  },
  {
    text: "sum(softplus(-d))",
    verdicts: "bhhbbb",
    kind: "apart",
    form: { weight: 1, temperature: 1, clamp: nothing },
  },
  { text: "log(sum((1 + d)^-3))", verdicts: "bhbbbh", kind: "log_sum" },
  // Logits that were taken for energies.
  { text: "-logsumexp(d)", verdicts: "hhbbhb", kind: "none" },
  { text: "max(-d)", verdicts: "hbbbh–", kind: "none" },
  { text: "mean(-d)", verdicts: "hhbbhb", kind: "linear" },
  { text: "-0.5*sum(d^2)", verdicts: "bbbbbb", kind: "none" },
  // Too near to another temperature for any but a strict tolerance, and none all the same.
  { text: "logsumexp(-d) + 0.003*entropy(softmin(d))", hypotheses: 2, verdicts: "hhbbhb", kind: "none" },
].map((truth) => ({ hypotheses: 4, ...truth }) as Truth);

// ------------------------------------------------------------------------------------ composed

export interface Composed {
  readonly text: string;
  /** What the text means, written a second time. */
  readonly J: (energies: Vector) => number;
  readonly hypotheses: number;
  readonly maximized: boolean;
  /** What is known of each meter; a meter that is left out is not known. */
  readonly truth: Readonly<Partial<Record<Meter, Verdict>>>;
  /** The form that must be found; null where there is none. */
  readonly form: KnownForm | null;
}

const sum = (v: Vector): number => v.reduce((a, b) => a + b, 0);
const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;
const written = (v: number): string => (v < 0 ? `(${v})` : String(v));
/** log Σ a_h exp(−d_h/τ). */
const logSum = (d: Vector, τ: number, a: Vector = d.map(() => 1)): number => {
  const least = Math.min(...d);
  return Math.log(sum(d.map((v, h) => a[h] * Math.exp((least - v) / τ)))) - least / τ;
};
const shares = (d: Vector): Vector => d.map((v) => Math.exp(-v - logSum(d, 1)));

/** Verdicts of c = W r + Q for shares r of a sum, of a sum with one more, or of each alone. */
const known = (
  W: number,
  Q: Vector,
  alike: boolean,
  kind: "shared" | "silent" | "apart" | "unshared",
): Composed["truth"] => {
  const free = Q.every((q) => q === 0);
  const shared = kind === "shared";
  const plain = W === 1 && free;
  // Of two hypotheses one share is one less the other.
  const turned = Q.length === 2 && W === 1 && Q.every((q) => q === -1);
  return {
    sum: shared && same(W + sum(Q), 1),
    positivity: W > 0 ? Q.every((q) => q >= 0) : kind !== "unshared" && Q.every((q) => q >= -W),
    match: plain,
    ratio: free && alike && kind !== "apart",
    shift: shared,
    coupling: (shared || kind === "silent") && (plain || (shared && turned)),
  };
};

const WEIGHTS = [1, 1, 1, -1, -1, 0.5, 2, -0.5, 3] as const;
const TEMPERATURES = [1, 1, 1, 0.5, 2, 0.25, 3, 0.1] as const;
const CLAMPS = [0.25, 0.5, -0.5, 1, -1] as const;

/** An objective in normal form, in one of the ways to write it. */
const formed = (roll: Dice, hypotheses: number, maximized: boolean): Composed => {
  const [w, τ] = [roll.one(WEIGHTS), roll.one(TEMPERATURES)];
  const s = maximized ? 1 : -1;
  const kind = roll.one(["shared", "shared", "shared", "silent", "silent", "apart", "unshared"] as const);
  const zero = Array.from({ length: hypotheses }, () => 0);
  const q =
    kind === "unshared"
      ? zero
      : roll.one([
          zero,
          zero,
          zero.map((_, h) => (h === 0 ? -w : 0)),
          zero.map(() => (roll.roll() < 0.5 ? roll.one(CLAMPS) : 0)),
        ]);
  const prior = kind === "shared" && roll.roll() < 0.3;
  const a = zero.map((_, h) => (prior ? h + 1 : 1));
  const rest = kind === "silent" ? roll.one([1, 0.5, 2, 5]) : 0;
  const energies = τ === 1 ? "-d" : roll.one([`-d/${τ}`, `-(d / ${τ})`, `-${1 / τ}*d`]);
  const terms = a.map((weight, h) => `${weight}*exp(-d[${h}]/${τ})`).join(" + ");
  const whole = {
    shared: prior ? `log(${terms})` : roll.one([`log(sum(exp(${energies})))`, `logsumexp(${energies})`]),
    silent: `log(${rest} + sum(exp(${energies})))`,
    apart: roll.one([`sum(softplus(${energies}))`, `sum(log(1 + exp(${energies})))`]),
    unshared: `sum(exp(${energies}))`,
  }[kind];
  const clamp = q.map((v, h) => (v === 0 ? "" : ` - ${written(v)}*d[${h}]`)).join("");
  const value = {
    shared: (d: Vector) => logSum(d, τ, a),
    silent: (d: Vector) => Math.log(rest + Math.exp(logSum(d, τ))),
    apart: (d: Vector) => sum(d.map((v) => Math.log1p(Math.exp(-v / τ)))),
    unshared: (d: Vector) => sum(d.map((v) => Math.exp(-v / τ))),
  }[kind];
  const [W, Q] = [s * w, q.map((v) => s * v + 0)];
  return {
    text: `${written(w * τ)}*${whole}${clamp}`,
    J: (d) => w * τ * value(d) - sum(d.map((v, h) => q[h] * v)),
    hypotheses,
    maximized,
    truth: known(W, Q, !prior, kind),
    form: { weight: W, temperature: τ, clamp: Q },
  };
};

/** An objective that has no normal form, maximized. */
const formless = (roll: Dice, hypotheses: number): Composed => {
  const balanced = { match: false, ratio: false, shift: true, coupling: false } as const;
  const made = (text: string, J: Composed["J"], truth: Composed["truth"]): Composed => ({
    text,
    J,
    hypotheses,
    maximized: true,
    truth,
    form: null,
  });
  const n = roll.one([0.05, 0.25, 0.5, 2]);
  const p = roll.one([0.5, 1, 2, 3]);
  const entropy = (d: Vector): number => -sum(shares(d).map((r) => r * Math.log(r)));
  return roll.one([
    () =>
      made(`logsumexp(-d) + ${n}*entropy(softmin(d))`, (d) => logSum(d, 1) + n * entropy(d), {
        ...balanced,
        sum: true,
      }),
    () =>
      made("-sum(softmin(d)*d)", (d) => -sum(shares(d).map((r, h) => r * d[h])), {
        ...balanced,
        sum: true,
        positivity: false,
      }),
    () =>
      made(`${n}*logsumexp(-d) + ${p}*logsumexp(-d/3)`, (d) => n * logSum(d, 1) + p * logSum(d, 3), {
        ...balanced,
        sum: same(n + p / 3, 1),
        positivity: true,
      }),
    () =>
      made(`(1 - softmin(d)[y])^${p}*log(softmin(d)[y])`, (d) => (1 - shares(d)[0]) ** p * Math.log(shares(d)[0]), {
        ...balanced,
        sum: false,
        positivity: false,
      }),
    () =>
      made("2*softmin(d)[0] - sum(softmin(d)^2)", (d) => 2 * shares(d)[0] - sum(shares(d).map((r) => r * r)), {
        ...balanced,
        sum: false,
        positivity: false,
      }),
    () =>
      hypotheses === 2
        ? made("-sum(d*d)", (d) => -sum(d.map((v) => v * v)), {
            sum: false,
            positivity: false,
            match: false,
            ratio: false,
            shift: false,
            coupling: false,
          })
        : made("log(softmin(d)[0] + softmin(d)[1])", (d) => Math.log(shares(d)[0] + shares(d)[1]), {
            ...balanced,
            sum: false,
            positivity: false,
          }),
    () =>
      made(`log(sum((${n} + d)^-${p}))`, (d) => Math.log(sum(d.map((v) => (n + v) ** -p))), {
        sum: false,
        // A square has values on the other side of its pole as well, and falls towards it.
        positivity: p !== 2,
        match: false,
        ratio: false,
        shift: false,
        coupling: true,
      }),
  ])();
};

/** An objective whose truth is known, of two to six hypotheses. */
export const composed = (roll: Dice): Composed => {
  const hypotheses = roll.one([2, 2, 3, 3, 4, 4, 5, 6]);
  return roll.roll() < 0.75 ? formed(roll, hypotheses, roll.roll() < 0.7) : formless(roll, hypotheses);
};

// ------------------------------------------------------------------------------------ malformed

const PIECES = [
  "d",
  "K",
  "y",
  "(",
  ")",
  "[",
  "]",
  ",",
  "+",
  "-",
  "^",
  "**",
  "*",
  "/",
  "1",
  ".",
  "e9",
  "sum",
  "softmin",
  "exp(",
  "log(",
  "max(",
  "d[0]",
  "é",
  "😀",
  "\u0000",
  "\ud800",
  "'",
  "`",
  "$",
  "constructor",
  "__proto__",
  "=>",
  ";",
  "  ",
] as const;

/** A formula, and then something that nobody should have done to it. */
export const malformed = (roll: Dice): string => {
  const text = roll.one(TRUTHS).text;
  const at = roll.below(text.length + 1);
  switch (roll.below(7)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + roll.one(PIECES) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1);
    case 3:
      return Array.from({ length: 1 + roll.below(40) }, () => roll.one(PIECES)).join("");
    case 4:
      return roll.one(["(", "-", "exp(", "d[", "2^", "sum("]).repeat(1 + roll.below(200)) + text;
    case 5:
      return Array.from({ length: roll.below(60) }, () => String.fromCharCode(roll.below(0x3000))).join("");
    default:
      return Array.from({ length: 1 + roll.below(40) }, () => text).join(roll.one(["+", " ", ",", "/", "^"]));
  }
};
