/** Normalizations in which no hypothesis feels another. */
import { diagonal, sum } from "../array";
import { log1pExp } from "../scalar";
import type { Normalization } from "./part";

/** Likelihoods as they are: s = φ, Λ = Σφ. */
export const none = (): Normalization => ({
  kind: "none",
  name: "not normalized",
  formula: "φ",
  potential: "Σφ",
  normalize: (terms) => {
    const { first, second } = terms.derivatives();
    return {
      scores: terms.likelihoods,
      potential: sum(terms.likelihoods),
      credit: first.map((slope) => -slope),
      log_scores: () => terms.log_likelihoods,
      coupling: () => diagonal(second.map((bend) => -bend)),
      jacobian: () => diagonal(first),
      curvature: (weights) => diagonal(second.map((bend, h) => weights[h] * bend)),
    };
  },
});

/** K mechanisms of two, each against an energy of zero: s = φ/(1 + φ), Λ = Σ log(1 + φ), nan where φ ≤ −1. */
export const independent = (): Normalization => ({
  kind: "independent",
  name: "each on its own",
  formula: "φ / (1 + φ)",
  potential: "Σ log(1 + φ)",
  normalize: ({ energies, exponentiation, log_likelihoods }) => {
    // Each is computed after division by the larger of φ and 1, so that nothing overflows.
    const each = energies.map((e, h) => {
      const scale = log_likelihoods[h] > 0 ? log_likelihoods[h] : 0;
      const one = Math.exp(-scale);
      const [likelihood, first, second] = exponentiation.derivatives(e, scale);
      const whole = one + likelihood;
      return {
        whole,
        score: likelihood / whole,
        silence: one / whole,
        slope: first / whole,
        bend: second / whole,
        potential: scale + Math.log1p(scale > 0 ? one + (likelihood - 1) : likelihood),
      };
    });
    const defined = each.every(({ whole }) => whole > 0);
    const orNan = (value: number): number => (defined ? value : Number.NaN);
    return {
      scores: each.map(({ score }) => score),
      potential: orNan(sum(each.map(({ potential }) => potential))),
      credit: each.map(({ slope }) => orNan(-slope)),
      log_scores: () => log_likelihoods.map((log) => -log1pExp(-log)),
      coupling: () => diagonal(each.map(({ slope, bend }) => orNan(slope ** 2 - bend))),
      jacobian: () => diagonal(each.map(({ slope, silence }) => slope * silence)),
      curvature: (weights) =>
        diagonal(each.map(({ slope, bend, silence }, h) => weights[h] * (bend - 2 * slope ** 2) * silence)),
    };
  },
});
