/** The audit of a formula: what it keeps of implicit EM, its normal form, and the smallest input that shows each break. */
import type { Vector } from "../array";
import { once } from "../lazy";
import { METERS, type Meter } from "../meters";
import { type Fault, isFault, LEAST_HYPOTHESES, MOST_HYPOTHESES, read } from "./formula";
import { inputs, SHIFTS } from "./inputs";
import { type Look, look, type Objective } from "./jets";
import { type Found, isForm, normalForm } from "./normal_form";
import {
  type Counts,
  counted,
  type Findings,
  measured,
  scoresOf,
  temperatureOf,
  type Verdict,
  verdictOf,
} from "./verdicts";
import { type Witnesses, witnesses } from "./witness";

/** An objective at one input, with its meters and the scores that its credit is held against. */
export interface There extends Look {
  readonly scores: Vector;
  readonly findings: Findings;
  readonly found: Found;
  readonly temperature: number;
}

export interface Audit {
  readonly objective: Objective;
  readonly hypotheses: number;
  readonly holds: Readonly<Record<Meter, Verdict>>;
  readonly counts: Counts;
  readonly found: Found;
  /** What the meters are measured at. */
  readonly temperature: number;
  /** How many inputs were tried, how many have a value, and on which of them two branches meet. */
  readonly tried: number;
  readonly usable: number;
  readonly kinks: readonly Vector[];
  /** An input that has no value, if there is one; then all that follows is of energies of zero and more, if `upwards`. */
  readonly lost: Vector | null;
  readonly upwards: boolean;
  /** Searched for when it is first asked for. */
  readonly witness: Witnesses;
  readonly at: (energies: Vector) => There;
}

interface Tried {
  readonly looks: readonly Look[];
  readonly smooth: readonly Look[];
  readonly found: Found;
  readonly temperature: number;
}

const tried = (objective: Objective, hypotheses: number, upwards: boolean): Tried => {
  const looks = inputs(hypotheses).map((energies) => look(objective, upwards ? energies.map(Math.abs) : energies));
  const smooth = looks.filter(({ finite, kink }) => finite && !kink);
  const found = normalForm(objective, smooth);
  return { looks, smooth, found, temperature: temperatureOf(found, smooth) };
};
const finite = (looks: readonly Look[]): number => looks.filter((it) => it.finite).length;
/** Only where this many more inputs have values is an objective taken to be one of energies above zero. */
const MORE = 2;

/** Audit a formula at so many hypotheses, made large or, as a loss, small; what is wrong with it, where it cannot be. */
export const audit = (text: string, hypotheses: number, maximized: boolean): Audit | Fault => {
  const formula = read(text);
  if (isFault(formula)) return formula;
  if (!(Number.isInteger(hypotheses) && hypotheses >= LEAST_HYPOTHESES && hypotheses <= MOST_HYPOTHESES))
    return { what: `K is a whole number from ${LEAST_HYPOTHESES} to ${MOST_HYPOTHESES}`, at: 0, length: 0 };
  if (hypotheses < formula.least)
    return { what: `This formula needs K = ${formula.least} or more`, at: 0, length: text.length };
  const objective: Objective = { formula, sign: maximized ? 1 : -1 };

  const anywhere = tried(objective, hypotheses, false);
  const lost = anywhere.looks.find((it) => !it.finite)?.energies ?? null;
  const above = lost && tried(objective, hypotheses, true);
  const upwards = above !== null && finite(above.looks) > finite(anywhere.looks) + MORE;
  const all = upwards ? above : anywhere;

  const known = new Map([[hypotheses, all]]);
  const forms = (count: number): Tried => {
    const made = known.get(count) ?? tried(objective, count, upwards);
    known.set(count, made);
    return made;
  };
  const { looks, smooth, found, temperature } = all;
  const shifts = upwards ? SHIFTS.upwards : SHIFTS.anywhere;
  const counts = counted(objective, smooth, found, temperature, shifts);
  const verdicts = METERS.map((meter) => [meter, verdictOf(counts[meter], smooth.length)] as const);
  const holds = Object.fromEntries(verdicts) as Record<Meter, Verdict>;
  // What matches a softmin that nobody found says little.
  if (holds.match === true && !isForm(found)) holds.match = null;
  const broken = METERS.filter((meter) => holds[meter] === false).map((meter) => ({
    meter,
    breaks: counts[meter].breaks,
  }));

  const witness = once(() => witnesses(objective, broken, forms, formula.least, hypotheses, upwards));

  return {
    objective,
    hypotheses,
    holds,
    counts,
    found,
    temperature,
    tried: looks.length,
    usable: finite(looks),
    kinks: looks.filter((it) => it.finite && it.kink).map(({ energies }) => energies),
    lost,
    upwards,
    get witness() {
      return witness();
    },
    at: (energies) => {
      const there = forms(energies.length);
      const it = look(objective, energies);
      return {
        ...it,
        scores: scoresOf(there.found, there.temperature, energies),
        findings: measured(objective, it, there.found, there.temperature),
        found: there.found,
        temperature: there.temperature,
      };
    },
  };
};
