import { type Matrix, matrix, type Vector } from "./array";
import { comparable, type Energies, own_offset } from "./energies";
import { exponential, type Likelihood, linear } from "./exponentiation";
import { every, first, type Hypotheses } from "./hypotheses/sets";
import { once } from "./lazy";
import { none } from "./normalization/alone";
import type { Normalization } from "./normalization/part";
import { exact } from "./normalization/shared";
import type { Objective } from "./objective/part";
import { expected_energy, log_sum_exp } from "./objective/scored";
import { terms } from "./terms";

/** The five parts of the pipe, in its order. */
export const PARTS = ["hypotheses", "energies", "exponentiation", "normalization", "objective"] as const;
export type Part = (typeof PARTS)[number];

export interface Mechanism {
  readonly hypotheses: Hypotheses;
  readonly energies: Energies;
  readonly exponentiation: Likelihood;
  readonly normalization: Normalization;
  readonly objective: Objective;
  readonly temperature: number;
}

export const implicit_em: Mechanism = {
  hypotheses: every(),
  energies: comparable(),
  exponentiation: exponential(),
  normalization: exact(),
  objective: log_sum_exp(),
  temperature: 1,
};

/** What stands in for a part when it is removed and nothing else is named. */
const INSTEAD: Pick<Mechanism, Part> = {
  hypotheses: first(),
  energies: own_offset(),
  exponentiation: linear(),
  normalization: none(),
  objective: expected_energy(),
};

export const without = (m: Mechanism, removed: readonly Part[]): Mechanism => ({
  ...m,
  ...Object.fromEntries(removed.map((part) => [part, INSTEAD[part]])),
});

/** One pass of a mechanism at some energies: every term computed once, for the hypotheses that are left. */
export interface Passage {
  readonly kept: readonly number[];
  /** The energies as given, of the hypotheses that are left. */
  readonly d: Vector;
  readonly likelihoods: Vector;
  readonly scores: Vector;
  /** c_h = −∂L/∂d_h. */
  readonly credit: Vector;
  /** L. */
  readonly value: number;
  /** Logarithms of scores and credit: finite where one is positive but too small for a float. */
  readonly log_scores: Vector;
  readonly log_credit: Vector;
  /** ∂c_h/∂d_k; as the logarithms, computed when it is first read. */
  readonly coupling: Matrix;
}

/** Energies to scores to L, and back to credit: e = unit · d/τ + offset, L = τ · scale · (the objective at e). */
export const pass = (m: Mechanism, energies: Vector): Passage => {
  const kept = m.hypotheses.kept(energies.length);
  const units = m.energies.unit(energies.length);
  const offsets = m.energies.offset(energies.length);
  const unit = kept.map((h) => units[h]);
  const counted = terms(
    kept.map((h) => (units[h] * energies[h]) / m.temperature + offsets[h]),
    m.exponentiation,
  );
  const normalized = m.normalization.normalize(counted);
  const optimized = m.objective.optimize(counted, normalized);
  const scale = m.objective.scale(m.temperature);
  const log_scores = once(normalized.log_scores);
  const log_credit = once(() => optimized.log_credit().map((log, h) => log + Math.log(unit[h] * scale)));
  const coupling = once(() => {
    const bend = optimized.coupling();
    return matrix(kept.length, (h, k) => (unit[h] * unit[k] * bend[h][k] * scale) / m.temperature);
  });
  return {
    kept,
    d: kept.map((h) => energies[h]),
    likelihoods: counted.likelihoods,
    scores: normalized.scores,
    // Zero is added for a zero without a sign.
    credit: optimized.credit.map((c, h) => unit[h] * c * scale + 0),
    value: optimized.value * scale * m.temperature,
    get log_scores() {
      return log_scores();
    },
    get log_credit() {
      return log_credit();
    },
    get coupling() {
      return coupling();
    },
  };
};
