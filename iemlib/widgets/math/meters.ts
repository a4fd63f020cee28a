import { sum, type Vector } from "./array";
import { coupling, logs, pass, type Mechanism, type Passage } from "./mechanism";

export const METERS = ["sum", "positivity", "match", "ratio", "shift", "coupling"] as const;
export type Meter = (typeof METERS)[number];

export interface Reading {
  readonly value: number;
  /** null: there is no pair to compare. */
  readonly holds: boolean | null;
}
export type Measurement = Readonly<Record<Meter, Reading>> & { readonly scoreSum: number; readonly creditSum: number };

export const TOLERANCE = 1e-6;
export const SHIFTS: Vector = [-7, -1, 1, 7];

/** The largest entry, nan if any is: an undefined number is never skipped. */
const largest = (v: Vector): number =>
  v.reduce((a, b) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b)), 0);
const gap = (a: Vector, b: Vector): number => largest(a.map((v, h) => Math.abs(v - b[h])));
const within = (value: number): Reading => ({ value, holds: value <= TOLERANCE });
const NO_PAIR: Reading = { value: Number.NaN, holds: null };

/** What a float cannot hold is judged by its logarithm. */
const positivity = (m: Mechanism, energies: Vector, p: Passage): Reading => {
  const value = Math.min(...p.scores, ...p.credit);
  if (value !== 0) return { value, holds: value > 0 };
  const log = logs(m, energies);
  const positive = (v: Vector, l: Vector): boolean => v.every((x, h) => x > 0 || (x === 0 && Number.isFinite(l[h])));
  return { value, holds: positive(p.scores, log.scores) && positive(p.credit, log.credit) };
};

/** Below this a double has not all its digits. */
const TINY = 1e-300;
const ratio = (m: Mechanism, energies: Vector, p: Passage): Reading => {
  if (p.scores.length < 2) return NO_PAIR;
  // A likelihood below zero has no logarithm, though normalization may have turned its sign.
  if (p.scores.some((s, h) => Number.isNaN(s) || s < 0 || (s !== 0 && p.likelihoods[h] < 0)))
    return { value: Number.NaN, holds: false };
  const least = Math.min(...p.d);
  const log = p.scores.some((s) => s < TINY) ? logs(m, energies).scores : p.scores.map(Math.log);
  if (log.some((v) => v === Number.NEGATIVE_INFINITY)) return { value: Number.POSITIVE_INFINITY, holds: false };
  // One number for all hypotheses, if the ratios hold.
  const level = log.map((v, h) => v + (p.d[h] - least) / m.temperature);
  return within(Math.max(...level) - Math.min(...level));
};

const shift = (m: Mechanism, energies: Vector, p: Passage): Reading =>
  within(
    largest(
      SHIFTS.flatMap((a) => {
        const q = pass(
          m,
          energies.map((d) => d + a),
        );
        return [gap(q.scores, p.scores), gap(q.credit, p.credit)];
      }),
    ),
  );

const couplingReading = (m: Mechanism, energies: Vector, p: Passage): Reading => {
  const c = p.credit;
  if (c.length < 2 || (!c.some(Number.isNaN) && c.filter((v) => v !== 0).length < 2)) return NO_PAIR;
  const J = coupling(m, energies);
  return within(
    largest(c.flatMap((_, h) => c.map((_, k) => (h === k ? 0 : Math.abs(J[h][k] - (c[h] * c[k]) / m.temperature))))),
  );
};

/** The six meters, each by its one definition, from the numbers of the pipe and nothing else. */
export const measure = (m: Mechanism, energies: Vector, p: Passage = pass(m, energies)): Measurement => {
  const scoreSum = sum(p.scores);
  const creditSum = sum(p.credit);
  return {
    scoreSum,
    creditSum,
    sum: within(largest([Math.abs(scoreSum - 1), Math.abs(creditSum - 1)])),
    positivity: positivity(m, energies, p),
    match: within(gap(p.credit, p.scores)),
    ratio: ratio(m, energies, p),
    shift: shift(m, energies, p),
    coupling: couplingReading(m, energies, p),
  };
};

export const broken = (q: Measurement): readonly Meter[] => METERS.filter((name) => q[name].holds === false);
