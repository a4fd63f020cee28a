/** Shares of one sum, of which only the largest are used. */
import { argmax, dot, type Vector } from "../array";
import type { Normalization } from "./part";
import { exact, least } from "./shared";

/** Everybody shares, and only the k largest shares are used: s = φ/Z for those, 0 for the others, Λ = log Z of all. */
export const selected = ({ k = 2 }: { readonly k?: number } = {}): Normalization => ({
  kind: "selected",
  name: `${k} selected`,
  formula: `φ / Σφ, the top ${k} of it`,
  potential: "log Σφ",
  normalize: (terms) => {
    const shares = exact().normalize(terms);
    const keep = least(terms.energies, k);
    const kept = (v: Vector, instead = 0): Vector => v.map((x, h) => (keep[h] ? x : instead));
    return {
      ...shares,
      scores: kept(shares.scores),
      log_scores: () => kept(shares.log_scores(), Number.NEGATIVE_INFINITY),
      jacobian: () => shares.jacobian().map((row, h) => (keep[h] ? row : row.map(() => 0))),
      curvature: (weights) => shares.curvature(kept(weights)),
      moved: (weights) => {
        // All shares sum to one, so one number may be taken from all weights: the leader's, for the digits of the rest.
        const level = weights[argmax(shares.scores)];
        const beyond = kept(weights).map((w) => w - level);
        const J = shares.jacobian();
        return weights.map((_, h) =>
          dot(
            beyond,
            J.map((row) => row[h]),
          ),
        );
      },
    };
  },
});
