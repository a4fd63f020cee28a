/** Responsibilities, or nobody's. */
import { each, type Vector, zeros } from "../array";
import type { Normalization, Normalized } from "./part";
import { exact } from "./shared";

/** Nobody gets anything, and Λ is a constant. */
const nothing = (count: number, potential: number): Normalized => {
  const all = (value: number): Vector => each(count, () => value);
  return {
    scores: all(0),
    potential,
    credit: all(0),
    log_scores: () => all(Number.NEGATIVE_INFINITY),
    coupling: () => zeros(count),
    jacobian: () => zeros(count),
    curvature: () => zeros(count),
  };
};

/** Responsibilities where the evidence log Z passes a threshold t, elsewhere nothing: Λ = max(log Z, t). */
export const reject = ({ threshold = -4 }: { readonly threshold?: number } = {}): Normalization => ({
  kind: "reject",
  name: "exact, or nothing",
  formula: "φ / Σφ or 0",
  potential: `max(log Σφ, ${String(threshold).replace("-", "−")})`,
  normalize: (terms) => {
    const accepted = exact().normalize(terms);
    return accepted.potential <= threshold ? nothing(terms.energies.length, threshold) : accepted;
  },
});
