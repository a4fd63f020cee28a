/** The six meters of a credit alone, at one input and at all that were tried; each true, false, or undecided. */
import { sum, type Vector } from "../array";
import { METERS, type Meter } from "../meters";
import { responsibilities } from "../softmin";
import { type Look, look, type Objective } from "./jets";
import { type Found, isForm, sharesOf } from "./normal_form";

/** true: it holds. false: it is broken. null: undecided. "none": there is no pair to compare. */
export type Verdict = boolean | null | "none";

/** One meter at one input. */
export interface Finding {
  /** How far it is from holding; nan where nothing can be said. */
  readonly excess: number;
  /** What a reader is shown of it. */
  readonly shown: number;
  readonly tolerance: number;
  /** How much of the excess rounding may have made. */
  readonly error: number;
  readonly verdict: Verdict;
}
export type Findings = Readonly<Record<Meter, Finding>>;

const TOLERANCE = 1e-8;
/** Credit below this is rounding, and has no ratios. */
const NOTHING = 1e-14;
/** From here on exp of a gap may be zero for its smallness alone. */
const FAR = 30;
const most = (v: Vector): number => Math.max(0, ...v.map(Math.abs));

/** Within the tolerance it holds; clearly beyond tolerance and error it is broken; between them nobody can tell. */
const judged = (excess: number, shown: number, tolerance: number, error: number): Finding => {
  const allowed = tolerance + error;
  const blurred = error > 10 * tolerance && excess <= error;
  const verdict = !(excess >= 0) || blurred ? null : excess <= allowed ? true : excess > 4 * allowed ? false : null;
  return { excess, shown, tolerance, error, verdict };
};
const unknown = (verdict: Verdict, shown = Number.NaN): Finding => ({
  excess: Number.NaN,
  shown,
  tolerance: TOLERANCE,
  error: 0,
  verdict,
});

/** The scores that credit is held against: those of the form that was found, or else a softmin at `temperature`. */
export const scoresOf = (found: Found, temperature: number, energies: Vector): Vector =>
  isForm(found) ? sharesOf(found, energies) : responsibilities(energies.map((d) => d / temperature));

const positivity = ({ energies, credit, creditError, largest }: Look, found: Found, temperature: number): Finding => {
  const least = Math.min(...credit);
  // Shares are positive, also where a float has none so small.
  const shares = isForm(found) && found.weight > 0 && found.clamp.every((q) => q === 0);
  if (least > 0 || shares) return judged(0, least, TOLERANCE, 0);
  if (least < 0) return judged(-least, least, 1e-12 * largest, creditError);
  const gap = (Math.max(...energies) - Math.min(...energies)) / Math.abs(temperature);
  if (gap > FAR || most(energies) > FAR) return unknown(null, 0);
  return judged(1, 0, TOLERANCE, creditError > TOLERANCE ? 2 : 0);
};

/** Products, not quotients: c_h e^(−d_k/τ) = c_k e^(−d_h/τ); shown is the worst log of a ratio. */
const ratio = ({ energies, credit, creditError, largest }: Look, temperature: number): Finding => {
  const least = Math.min(...energies.map((d) => d / temperature));
  const weights = energies.map((d) => Math.exp(least - d / temperature));
  let excess = 0;
  let shown = 0;
  for (let i = 0; i < credit.length; i++)
    for (let j = 0; j < i; j++) {
      const size = Math.max(weights[i], weights[j]) * largest;
      excess = Math.max(excess, Math.abs(credit[i] * weights[j] - credit[j] * weights[i]) / size);
      const off = Math.abs(Math.log(credit[i] / credit[j]) - (energies[j] - energies[i]) / temperature);
      shown = Math.max(shown, credit[i] * credit[j] > 0 ? off : Number.POSITIVE_INFINITY);
    }
  return judged(excess, shown, TOLERANCE, (2 * creditError) / largest);
};

/** ∂c_h/∂d_k = c_h c_k/τ, of all pairs. */
const coupling = (it: Look, temperature: number): Finding => {
  const { credit, creditError, couplingError, largest } = it;
  let excess = 0;
  for (let i = 0; i < credit.length; i++)
    for (let j = 0; j < i; j++)
      excess = Math.max(excess, Math.abs(it.coupling[i][j] - (credit[i] * credit[j]) / temperature));
  const error = couplingError + (2 * largest * creditError) / Math.abs(temperature);
  return judged(excess, excess, TOLERANCE * largest * Math.max(1, largest), error);
};

/** What adding one number to all energies does to the credit, in parts of the largest; shown is what a nat does. */
const shift = (objective: Objective, it: Look, shifts: Vector): Finding => {
  let excess = 0;
  let error = 0;
  let shown = Number.NaN;
  for (const amount of shifts) {
    const moved = look(
      objective,
      it.energies.map((d) => d + amount),
      1,
    );
    if (!moved.finite || moved.kink) continue;
    const change = most(it.credit.map((c, h) => c - moved.credit[h]));
    const size = Math.max(it.largest, moved.largest, 1e-300);
    excess = Math.max(excess, change / size);
    error = Math.max(error, (it.creditError + moved.creditError) / size);
    if (Number.isNaN(shown)) shown = change;
  }
  return Number.isNaN(shown) ? unknown(null) : judged(excess, shown, TOLERANCE, error);
};

/** The six meters at one input; `temperature` is the one that ratios and couplings are measured at. */
export const measured = (
  objective: Objective,
  it: Look,
  found: Found,
  temperature: number,
  shifts: Vector = [1],
): Findings => {
  const { energies, credit, creditError, largest } = it;
  const scores = scoresOf(found, temperature, energies);
  const total = sum(credit);
  const size = Math.max(1, largest);
  const gap = most(credit.map((c, h) => c - scores[h]));
  const nothing = largest < NOTHING;
  const alone = credit.filter((c) => Math.abs(c) > 1e-300).length < 2;
  return {
    sum: judged(Math.abs(total - 1), total, TOLERANCE * size, credit.length * creditError),
    positivity: positivity(it, found, temperature),
    match: judged(gap, gap, TOLERANCE * Math.max(size, most(scores)), creditError),
    ratio: nothing ? unknown(null) : ratio(it, temperature),
    shift: nothing ? unknown(null) : shift(objective, it, shifts),
    coupling: nothing || alone ? unknown("none") : coupling(it, temperature),
  };
};

/**
 * The temperature to measure at: the one that was found; else the one that the ratio law asks for, where it then holds;
 * else one.
 */
export const temperatureOf = (found: Found, smooth: readonly Look[]): number => {
  if (isForm(found)) return found.temperature;
  for (const { energies, credit } of smooth.slice(0, 3))
    for (let j = 1; j < credit.length; j++) {
      const log = Math.log(credit[0] / credit[j]);
      if (!(Math.abs(log) > 1e-3 && Math.abs(log) < 700)) continue;
      const asked = (energies[j] - energies[0]) / log;
      const holds = asked > 0 && smooth.slice(0, 8).every((it) => ratio(it, asked).excess <= 1e-6);
      return holds ? asked : 1;
    }
  return 1;
};

/** On how many inputs a meter holds, is broken, is undecided, and has no pair; and one that breaks it. */
export interface Count {
  readonly holds: number;
  readonly broken: number;
  readonly undecided: number;
  /** Those of the undecided that are off by more than tolerance or error, and too little to be told. */
  readonly faint: number;
  readonly none: number;
  readonly breaks: Vector | null;
}
export type Counts = Readonly<Record<Meter, Count>>;

/** Below this many smooth inputs nothing is said. */
const ENOUGH = 6;

export const counted = (
  objective: Objective,
  smooth: readonly Look[],
  found: Found,
  temperature: number,
  shifts: Vector,
): Counts => {
  // Every other input is moved, and some of them further.
  const findings = smooth.map((it, k) =>
    measured(objective, it, found, temperature, k % 2 === 0 ? shifts.slice(0, 2) : k < 24 ? shifts : [1]),
  );
  const of = (meter: Meter): Count => {
    const how = (verdict: Verdict): number => findings.filter((it) => it[meter].verdict === verdict).length;
    const first = findings.findIndex((it) => it[meter].verdict === false);
    return {
      holds: how(true),
      broken: how(false),
      undecided: how(null),
      faint: findings.filter(
        ({ [meter]: { verdict, excess, tolerance, error } }) => verdict === null && excess > Math.max(tolerance, error),
      ).length,
      none: how("none"),
      breaks: first < 0 ? null : smooth[first].energies,
    };
  };
  return Object.fromEntries(METERS.map((meter) => [meter, of(meter)])) as Counts;
};

/** What the counts say: one break is enough, and to hold takes more inputs than are undecided. */
export const verdictOf = ({ holds, broken, undecided, faint, none }: Count, smooth: number): Verdict => {
  if (smooth < ENOUGH) return null;
  if (broken > 0) return false;
  if (none > 0 && holds === 0) return "none";
  return holds > 0 && holds >= undecided && faint === 0 ? true : null;
};
