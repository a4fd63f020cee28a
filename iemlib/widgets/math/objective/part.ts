import type { Matrix, Vector } from "../array";
import type { Normalization, Normalized } from "../normalization/part";
import type { Terms } from "../terms";

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
    | "read_out"
    | "unscaled"
    | "squared_error"
    | "cross_entropy";
  readonly name: string;
  /** L as it is drawn, beside the normalization that is left in place. */
  readonly formula: (normalization: Normalization) => string;
  readonly optimize: (terms: Terms, normalized: Normalized) => Optimized;
  /** What L is multiplied by, besides the leading temperature: credit is a responsibility where it is 1. */
  readonly scale: (temperature: number) => number;
}

/** The scale of an objective that needs no factor besides the leading temperature. */
export const one = (): number => 1;
export const logOf = (v: Vector) => (): Vector => v.map(Math.log);
