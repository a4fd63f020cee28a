/** Shares that fall to exactly zero at a finite gap (α > 1), or only as its reciprocal (α < 1). */
import { dot, matrix } from "../array";
import { conjugate, logSimplexShares, simplexCurvature, simplexJacobian, simplexShares } from "../simplex";
import type { Normalization } from "./part";

/** s = arg max over the simplex of ⟨s, log φ⟩ + Ω_α(s), and Λ that maximum. */
export const entmax = ({ alpha = 1.5 }: { readonly alpha?: number } = {}): Normalization => ({
  kind: "entmax",
  name: `${alpha}-entmax`,
  formula: `${alpha}-entmax(−d)`,
  potential: "max ⟨s, log φ⟩ + Ω",
  normalize: (terms) => {
    const { energies, exponentiation, log_likelihoods } = terms;
    const count = energies.length;
    const scores = simplexShares(log_likelihoods, alpha);
    // Where nothing is scored the hazard does not count: it may be infinite there.
    const hazard = terms.hazards().map((w, h) => (scores[h] === 0 ? 0 : w));
    /** ∂w/∂e = w² − φ″/φ, likewise. */
    const bend = (): readonly number[] =>
      energies.map((e, h) => (scores[h] === 0 ? 0 : hazard[h] ** 2 - exponentiation.curvature(e)));
    return {
      scores,
      potential: conjugate(log_likelihoods, scores, alpha),
      credit: scores.map((s, h) => s * hazard[h]),
      log_scores: () => logSimplexShares(log_likelihoods, alpha),
      // diag(s w′) − diag(w) J diag(w), J the Jacobian of entmax in log φ
      coupling: () => {
        const J = simplexJacobian(scores, alpha);
        const own = bend();
        return matrix(count, (h, k) => (h === k ? scores[h] * own[h] : 0) - hazard[h] * J[h][k] * hazard[k]);
      },
      jacobian: () => {
        const J = simplexJacobian(scores, alpha);
        return matrix(count, (h, k) => -J[h][k] * hazard[k]);
      },
      curvature: (weights) => {
        const J = simplexJacobian(scores, alpha);
        const H = simplexCurvature(scores, alpha, weights);
        const own = bend();
        return matrix(count, (h, k) => hazard[h] * H[h][k] * hazard[k] - (h === k ? dot(J[h], weights) * own[h] : 0));
      },
    };
  },
});

/** The Euclidean projection of log φ onto the simplex: exact zeros beyond a gap of one. */
export const sparsemax = (): Normalization => ({
  ...entmax({ alpha: 2 }),
  kind: "sparsemax",
  name: "sparsemax",
  formula: "sparsemax(−d)",
});
