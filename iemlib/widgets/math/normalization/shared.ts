/** Normalizations that share one sum among the hypotheses, or among some of them. */
import { dot, matrix, sum, type Vector } from "../array";
import type { Terms } from "../terms";
import type { Normalization, Normalized } from "./part";

/**
 * The likelihoods of those kept over their sum: s = φ/Z, Λ = log Z; the others get nothing. A silent hypothesis of
 * energy zero, who has no score, adds one to Z.
 *
 * All is computed after division by the largest likelihood, so that Z neither underflows nor overflows. Where Z ≤ 0,
 * as a likelihood that is not an exponential can make it, Λ and credit are nan.
 */
export const share = (terms: Terms, kept: readonly boolean[], silent = false): Normalized => {
  const count = kept.length;
  const keptOf = (v: Vector): Vector => v.map((x, h) => (kept[h] ? x : 0));
  const logs = terms.log_likelihoods.filter((log, h) => kept[h] && !Number.isNaN(log));
  const top = Math.max(...logs, silent ? 0 : Number.NEGATIVE_INFINITY);
  const scale = Number.isFinite(top) ? top : 0;
  const derivatives = terms.derivatives(scale);
  const likelihoods = keptOf(derivatives.likelihoods);
  const heard = sum(likelihoods);
  const Z = heard + (silent ? Math.exp(-scale) : 0);
  // Where the silent one is the likeliest, the others may be too small to be seen beside it.
  const logZ = Z > 0 ? scale + (silent && scale === 0 ? Math.log1p(heard) : Math.log(Z)) : Number.NaN;
  const scores = likelihoods.map((likelihood) => likelihood / Z);
  const first = keptOf(derivatives.first).map((slope) => slope / Z);
  const credit = first.map((slope) => (Z > 0 ? -slope : Number.NaN));
  const second = (): Vector => keptOf(derivatives.second).map((bend) => bend / Z);
  return {
    scores,
    potential: logZ,
    credit,
    log_scores: () => terms.log_likelihoods.map((log, h) => (kept[h] ? log - logZ : Number.NEGATIVE_INFINITY)),
    // c cᵀ − diag(φ″/Z)
    coupling: () => {
      const bend = second();
      return matrix(count, (h, k) => credit[h] * credit[k] - (h === k ? bend[h] : 0));
    },
    // diag(φ′/Z) − s (φ′/Z)ᵀ
    jacobian: () => matrix(count, (h, k) => (h === k ? first[h] : 0) - scores[h] * first[k]),
    curvature: (weights) => {
      const mean = dot(weights, scores);
      const bend = second();
      const centred = weights.map((w) => w - mean);
      return matrix(
        count,
        (h, k) => (h === k ? bend[h] * centred[h] : 0) - first[h] * first[k] * (centred[h] + centred[k]),
      );
    },
  };
};

/** Responsibilities: s = φ/Z, Λ = log Z, Z = Σφ. */
export const exact = (): Normalization => ({
  kind: "exact",
  name: "exact",
  formula: "φ / Σφ",
  potential: "log Σφ",
  normalize: (terms) =>
    share(
      terms,
      terms.energies.map(() => true),
    ),
});

/** The k least energies, the first at ties: the largest likelihoods, told apart where those underflow. */
export const least = (energies: Vector, k: number): readonly boolean[] => {
  const order = energies.map((_, h) => h).sort((a, b) => energies[a] - energies[b] || a - b);
  const kept = new Set(order.slice(0, k));
  return energies.map((_, h) => kept.has(h));
};

/** Only the k most plausible share: s = φ/Z over those, and 0. */
export const top_k = ({ k = 2 }: { readonly k?: number } = {}): Normalization => ({
  kind: "top_k",
  name: `top ${k}`,
  formula: `φ / Σφ over the top ${k}`,
  potential: `log Σφ over the top ${k}`,
  normalize: (terms) => share(terms, least(terms.energies, k)),
});

/** The most plausible takes all: s = [h = arg max φ], Λ = log max φ. */
export const hard = (): Normalization => ({
  ...top_k({ k: 1 }),
  kind: "hard",
  name: "winner takes all",
  formula: "1 for the least d",
  potential: "log max φ",
});
