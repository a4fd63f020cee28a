import type { Matrix, Vector } from "../array";
import type { Terms } from "../terms";

/** What a normalization makes of some terms. With the objective left alone, L is its potential Λ. */
export interface Normalized {
  /** s_h. */
  readonly scores: Vector;
  /** Λ. */
  readonly potential: number;
  /** −∂Λ/∂e_h. */
  readonly credit: Vector;
  /** log s_h, finite where a score is positive but too small for a float. */
  readonly log_scores: () => Vector;
  /** ∂credit_h/∂e_k = −∂²Λ/∂e_h∂e_k. */
  readonly coupling: () => Matrix;
  /** ∂s_h/∂e_k. */
  readonly jacobian: () => Matrix;
  /** Σ_j weights_j ∂²s_j/∂e_h∂e_k. */
  readonly curvature: (weights: Vector) => Matrix;
  /** Σ_k weights_k ∂s_k/∂e_h, where it has more digits than by the jacobian. */
  readonly moved?: (weights: Vector) => Vector;
}

/** How likelihoods become scores, and the potential Λ that goes with it. */
export interface Normalization {
  readonly kind: string;
  readonly name: string;
  /** A score, as it is drawn. */
  readonly formula: string;
  /** Λ, as it is drawn. */
  readonly potential: string;
  readonly normalize: (terms: Terms) => Normalized;
}
