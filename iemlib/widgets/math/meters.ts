import { sum, type Vector } from "./array";
import { type Mechanism, type Passage, pass } from "./mechanism";

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
const largest = (v: Vector): number => Math.max(0, ...v);
const gap = (a: Vector, b: Vector): number => largest(a.map((v, h) => Math.abs(v - b[h])));
const within = (value: number): Reading => ({ value, holds: value <= TOLERANCE });
const NO_PAIR: Reading = { value: Number.NaN, holds: null };

/** What a float cannot hold is judged by its logarithm. */
const positive = (values: Vector, logs: Vector): boolean =>
  values.every((x, h) => x > 0 || (x === 0 && Number.isFinite(logs[h])));

/** The least score or credit. */
const positivity = (p: Passage): Reading => {
  const value = Math.min(...p.scores, ...p.credit);
  if (value !== 0) return { value, holds: value > 0 };
  return { value, holds: positive(p.scores, p.log_scores) && positive(p.credit, p.log_credit) };
};

/** max |log(s_h/s_k) − (d_k − d_h)/τ|. */
const ratio = (m: Mechanism, p: Passage): Reading => {
  if (p.scores.length < 2) return NO_PAIR;
  // A likelihood below zero has no logarithm, though normalization may have turned its sign.
  if (p.log_scores.some(Number.isNaN)) return { value: Number.NaN, holds: false };
  if (p.log_scores.includes(Number.NEGATIVE_INFINITY)) return { value: Number.POSITIVE_INFINITY, holds: false };
  const least = Math.min(...p.d);
  // One number for all hypotheses, if the ratios hold.
  const level = p.log_scores.map((log, h) => log + (p.d[h] - least) / m.temperature);
  return within(Math.max(...level) - Math.min(...level));
};

/** The largest change of a score or a credit when one number is added to every energy. */
const shift = (m: Mechanism, energies: Vector, p: Passage): Reading =>
  within(
    largest(
      SHIFTS.flatMap((amount) => {
        const shifted = pass(
          m,
          energies.map((d) => d + amount),
        );
        return [gap(shifted.scores, p.scores), gap(shifted.credit, p.credit)];
      }),
    ),
  );

/** max over h ≠ k of |∂c_h/∂d_k − c_h c_k/τ|. */
const coupling = (m: Mechanism, { credit, coupling: found }: Passage): Reading => {
  const excess = credit.map((c, h) =>
    largest(credit.map((other, k) => (h === k ? 0 : Math.abs(found[h][k] - (c * other) / m.temperature)))),
  );
  return within(largest(excess));
};

/** Whether more than one credit is not zero. */
const couples = ({ credit }: Passage): boolean =>
  credit.length > 1 && (credit.some(Number.isNaN) || credit.filter((c) => c !== 0).length > 1);

/** The six meters, each by its one definition, from the numbers of the pipe and nothing else. */
export const measure = (m: Mechanism, energies: Vector, p: Passage = pass(m, energies)): Measurement => {
  const scoreSum = sum(p.scores);
  const creditSum = sum(p.credit);
  return {
    scoreSum,
    creditSum,
    sum: within(largest([Math.abs(scoreSum - 1), Math.abs(creditSum - 1)])),
    positivity: positivity(p),
    match: within(gap(p.credit, p.scores)),
    ratio: ratio(m, p),
    shift: shift(m, energies, p),
    coupling: couples(p) ? coupling(m, p) : NO_PAIR,
  };
};

export const broken = (q: Measurement): readonly Meter[] => METERS.filter((name) => q[name].holds === false);
