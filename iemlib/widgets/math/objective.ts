import { argmax, diagonal, dot, type Matrix, matrix, oneHot, sum, type Vector, zeros } from "./array";
import type { Normalization, Normalized } from "./normalization";
import { log1pExp, sigmoid } from "./scalar";
import { conjugate, logSimplexShares, simplexJacobian, simplexShares } from "./simplex";
import type { Terms } from "./terms";

/** The objective at some terms, at temperature one. */
export interface Optimized {
  /** L. */
  readonly value: number;
  /** −∂L/∂e_h. */
  readonly credit: Vector;
  /** log of the credit, finite where that is positive but too small for a float. */
  readonly log_credit: () => Vector;
  /** ∂credit_h/∂e_k. */
  readonly coupling: () => Matrix;
}

/** What learning climbs. Scores stay what they were. */
export interface Objective {
  readonly kind:
    | "log_sum_exp"
    | "expected_energy"
    | "mean"
    | "maximum"
    | "total"
    | "log_sigmoid"
    | "fenchel_young"
    | "unscaled";
  readonly name: string;
  /** L as it is drawn, beside the normalization that is left in place. */
  readonly formula: (normalization: Normalization) => string;
  readonly optimize: (terms: Terms, normalized: Normalized) => Optimized;
  /** What L is multiplied by, besides the leading temperature: credit is a responsibility where it is 1. */
  readonly scale: (temperature: number) => number;
}

const one = (): number => 1;
const logOf = (v: Vector) => (): Vector => v.map(Math.log);

/** The normalization's own potential: L = Λ, log Σφ in the exact case; its credit is score times hazard. */
export const log_sum_exp = (): Objective => ({
  kind: "log_sum_exp",
  name: "log-sum-exp",
  formula: (normalization) => normalization.potential,
  optimize: (terms, { potential, credit, coupling, log_scores }) => ({
    value: potential,
    credit,
    log_credit: () => {
      const hazards = terms.hazards();
      return log_scores().map((log, h) => log + Math.log(hazards[h]));
    },
    coupling,
  }),
  scale: one,
});

/** L = −Σ s e, the free energy without its entropy; c_h = s_h + Σ_k e_k ∂s_k/∂e_h. */
export const expected_energy = (): Objective => ({
  kind: "expected_energy",
  name: "expected energy",
  formula: () => "−Σ s d",
  optimize: ({ energies }, { scores, jacobian, curvature }) => {
    const J = jacobian();
    const credit = scores.map((s, h) => s + sum(energies.map((e, k) => e * J[k][h])));
    return {
      value: -dot(scores, energies),
      credit,
      log_credit: logOf(credit),
      coupling: () => {
        const H = curvature(energies);
        return matrix(scores.length, (h, k) => J[h][k] + J[k][h] + H[h][k]);
      },
    };
  },
  scale: one,
});

/** L = −Σ e/K: every hypothesis is improved alike. */
export const mean = (): Objective => ({
  kind: "mean",
  name: "mean",
  formula: () => "−Σ d / K",
  optimize: ({ energies }) => {
    const credit = energies.map(() => 1 / energies.length);
    return {
      value: -sum(energies) / energies.length,
      credit,
      log_credit: logOf(credit),
      coupling: () => zeros(energies.length),
    };
  },
  scale: one,
});

/** L = max −e: only the best hypothesis is improved, the first at ties. */
export const maximum = (): Objective => ({
  kind: "maximum",
  name: "maximum",
  formula: () => "max −d",
  optimize: ({ energies }) => {
    const best = argmax(energies.map((e) => -e));
    const credit = oneHot(energies.length, best);
    return {
      value: -energies[best],
      credit,
      log_credit: logOf(credit),
      coupling: () => zeros(energies.length),
    };
  },
  scale: one,
});

/** L = Σφ, the summed likelihood without its logarithm. */
export const total = (): Objective => ({
  kind: "total",
  name: "total",
  formula: () => "Σφ",
  optimize: (terms) => {
    const { first, second } = terms.derivatives();
    return {
      value: sum(terms.likelihoods),
      credit: first.map((slope) => -slope),
      log_credit: () => {
        const hazards = terms.hazards();
        return terms.log_likelihoods.map((log, h) => log + Math.log(hazards[h]));
      },
      coupling: () => diagonal(second.map((bend) => -bend)),
    };
  },
  scale: one,
});

/** L = Σ log σ(−e): each hypothesis alone against a silent one of energy zero; c = σ(e). */
export const log_sigmoid = (): Objective => ({
  kind: "log_sigmoid",
  name: "log sigmoid",
  formula: () => "Σ log σ(−d)",
  optimize: ({ energies }) => ({
    value: -sum(energies.map(log1pExp)),
    credit: energies.map(sigmoid),
    log_credit: () => energies.map((e) => -log1pExp(-e)),
    coupling: () => diagonal(energies.map((e) => sigmoid(e) * sigmoid(-e))),
  }),
  scale: one,
});

/** L = max over the simplex of −⟨r, e⟩ + Ω_α(r), whatever the scores; c = α-entmax(−e). */
export const fenchel_young = ({ alpha = 2 }: { readonly alpha?: number } = {}): Objective => ({
  kind: "fenchel_young",
  name: "Fenchel–Young",
  formula: () => "max ⟨s, −d⟩ + Ω",
  optimize: ({ energies }) => {
    const logits = energies.map((e) => -e);
    const credit = simplexShares(logits, alpha);
    return {
      value: conjugate(logits, credit, alpha),
      credit,
      log_credit: () => logSimplexShares(logits, alpha),
      coupling: () => simplexJacobian(credit, alpha).map((row) => row.map((slope) => -slope)),
    };
  },
  scale: one,
});

/** Log-sum-exp at a temperature, without the temperature in front: L = log Σ exp(−d/τ), c = r/τ. */
export const unscaled = (): Objective => ({
  ...fenchel_young({ alpha: 1 }),
  kind: "unscaled",
  name: "unscaled",
  formula: () => "log Σ exp(−d/τ)",
  scale: (temperature) => 1 / temperature,
});
