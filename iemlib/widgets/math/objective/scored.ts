/** Objectives that read the scores. */
import { dot, matrix, sum } from "../array";
import { logOf, type Objective, one } from "./part";

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
