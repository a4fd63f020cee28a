/** The smallest input that shows a break: few hypotheses, few that are not zero, few digits; clear breaks before faint ones. */
import { each, sum, type Vector } from "../array";
import type { Meter } from "../meters";
import { type Look, look, type Objective, valueAt } from "./jets";
import type { Found } from "./normal_form";
import { type Findings, measured } from "./verdicts";

export interface Witness {
  readonly energies: Vector;
  /** What the meter shows there. */
  readonly shown: number;
  /** Whether differences of values alone, without any derivative of ours, give the same credit. */
  readonly checked: boolean;
}
export interface Witnesses {
  readonly each: Readonly<Partial<Record<Meter, Witness>>>;
  /** The smallest that shows all breaks at once, or else the first of the others; null where nothing is broken. */
  readonly joint: Vector | null;
}
/** A form and the temperature to measure at, of any number of hypotheses. */
export type Forms = (hypotheses: number) => { readonly found: Found; readonly temperature: number };

/** A break of at least this much can be seen in two decimals. */
const CLEAR = 0.02;

/** Energies that are tried, the simplest first. */
const VALUES: readonly Vector[] = [
  [0, 1, 2, 3, 0.5, 1.5, 4, 5, 6, -1, -2, -3, -4, -5, -6, 10, 20, 50, -10, -20],
  [0, 1, 2, 3, 0.5, 4, -1],
  [0, 1, 2, 3],
  [0, 1, 2],
  [0, 1, 2],
];
const COUNTS: Vector = [250, 80, 70, 60, 50];
/** How hard a number is to keep in mind. */
const cost = (v: number): number => {
  if (v === 0) return 0;
  const digits = String(Math.abs(v)).replace(/[.0]/g, "").length;
  const large = Math.abs(v) > 6 ? 0.8 : 0;
  return digits + (Number.isInteger(v) ? 0 : 0.6) + (v < 0 ? 0.7 : 0) + large + 0.02 * Math.abs(v);
};
const kept = new Map<number, readonly Vector[]>();
const candidates = (hypotheses: number): readonly Vector[] => {
  const known = kept.get(hypotheses);
  if (known) return known;
  const values = VALUES[hypotheses - 2];
  let all: readonly Vector[] = [[]];
  for (let h = 0; h < hypotheses; h++) all = all.flatMap((some) => values.map((v) => [...some, v]));
  const priced = all.map((energies) => ({ energies, price: sum(energies.map(cost)) }));
  const sorted = priced.sort((a, b) => a.price - b.price).map(({ energies }) => energies);
  const made = sorted.slice(0, COUNTS[hypotheses - 2]);
  kept.set(hypotheses, made);
  return made;
};

const STEP = 1e-5;
/** Credit once more, from values alone: central differences. */
export const checked = (objective: Objective, { energies, credit, largest }: Look): boolean => {
  const at = (h: number, by: number): number =>
    valueAt(
      objective,
      energies.map((d, k) => (k === h ? d + by : d)),
    );
  const off = credit.map((c, h) => Math.abs((at(h, -STEP) - at(h, STEP)) / (2 * STEP) - c));
  return Math.max(...off) <= 1e-6 * Math.max(1, largest);
};

export interface Broken {
  readonly meter: Meter;
  /** Some input that breaks it. */
  readonly breaks: Vector | null;
}

/** A clear break by its size, in parts of the largest credit where it is a coupling. */
const isClear = (meter: Meter, findings: Findings, { largest }: Look): boolean =>
  findings[meter].excess >= CLEAR * (meter === "coupling" ? Math.max(largest, 1e-300) : 1);

/** The smallest witness of each break, from `least` hypotheses on up to `most`; `upwards`, with no energy below zero. */
export const witnesses = (
  objective: Objective,
  broken: readonly Broken[],
  forms: Forms,
  least: number,
  most: number,
  upwards: boolean,
): Witnesses => {
  const clear = new Map<Meter, Look>();
  const faint = new Map<Meter, Look>();
  let joint: Vector | null = null;
  const shows = (it: Look, meter: Meter): Findings[Meter] => {
    const { found, temperature } = forms(it.energies.length);
    return measured(objective, it, found, temperature)[meter];
  };
  const all = (): boolean => broken.every(({ meter }) => clear.has(meter));

  for (let count = least; count <= most && broken.length > 0; count++) {
    const { found, temperature } = forms(count);
    for (const energies of candidates(count)) {
      if (upwards && energies.some((d) => d < 0)) continue;
      const it = look(objective, energies);
      if (!it.finite || it.kink) continue;
      const findings = measured(objective, it, found, temperature);
      const breaks = broken.filter(({ meter }) => findings[meter].verdict === false).map(({ meter }) => meter);
      const clearly = breaks.filter((meter) => isClear(meter, findings, it));
      for (const meter of breaks) if (!faint.has(meter)) faint.set(meter, it);
      for (const meter of clearly) if (!clear.has(meter)) clear.set(meter, it);
      if (clearly.length === broken.length) joint ??= energies;
      if (joint && all()) break;
    }
    // Two hypotheses may not show all breaks at once; three have been tried then.
    if (all() && (joint || count >= Math.max(3, least))) break;
  }

  const found: Partial<Record<Meter, Witness>> = {};
  for (const { meter, breaks } of broken) {
    const it =
      clear.get(meter) ??
      faint.get(meter) ??
      rounded(objective, breaks, (there) => shows(there, meter).verdict === false);
    if (it) found[meter] = { energies: it.energies, shown: shows(it, meter).shown, checked: checked(objective, it) };
  }
  return { each: found, joint: joint ?? Object.values(found)[0]?.energies ?? null };
};

/** An input that breaks it, with as few decimals as still show it. */
const rounded = (objective: Objective, breaks: Vector | null, shows: (it: Look) => boolean): Look | undefined =>
  (breaks ? [0, 1, 2, 9] : [])
    .map((digits) =>
      look(
        objective,
        each((breaks as Vector).length, (h) => Number((breaks as Vector)[h].toFixed(digits))),
      ),
    )
    .find((it) => it.finite && !it.kink && shows(it));
