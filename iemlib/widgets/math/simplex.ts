/** α-entmax, which a normalization and an objective share: where ⟨s, ℓ⟩ + Ω_α(s) is largest on the simplex. */
import { type Matrix, matrix, sum, type Vector } from "./array";

/** Of a bracket no wider than K; it ends before, at two floats side by side. */
const HALVINGS = 200;
/** What rounding alone leaves at the edge of the support is nothing. */
const ROUNDING = 1e-15;

/** Shares at a multiplier λ of their sum: (α − 1)(ℓ − λ), where it is positive, to the power 1/(α − 1). */
const sharesAt = (lambda: number, gaps: Vector, alpha: number): Vector =>
  alpha > 1
    ? gaps.map((gap) => Math.max((alpha - 1) * (gap - lambda), 0) ** (1 / (alpha - 1)))
    : gaps.map((gap) => ((1 - alpha) * (lambda - gap)) ** (-1 / (1 - alpha)));

/** s = arg max over the simplex of ⟨s, ℓ⟩ + Ω_α(s): softmax at α = 1, sparsemax at 2; nan where a logit is. */
export const simplexShares = (logits: Vector, alpha: number): Vector => {
  if (logits.some(Number.isNaN)) return logits.map(() => Number.NaN);
  const most = Math.max(...logits);
  const gaps = logits.map((logit) => logit - most);
  if (alpha === 1) {
    const weights = gaps.map(Math.exp);
    const total = sum(weights);
    return weights.map((weight) => weight / total);
  }
  // Σ shares falls in λ. At `low` the leader alone has 1 or more; at `high` all together have 1 or less.
  const even = logits.length ** (1 - alpha);
  let low = alpha > 1 ? -1 / (alpha - 1) : 1 / (1 - alpha);
  let high = alpha > 1 ? -even / (alpha - 1) : even / (1 - alpha);
  for (let i = 0; i < HALVINGS && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sum(sharesAt(middle, gaps, alpha)) >= 1) low = middle;
    else high = middle;
  }
  const shares = sharesAt(low, gaps, alpha);
  const total = sum(shares);
  return shares.map((share) => (share < ROUNDING ? 0 : share / total));
};

/** log s: at α = 1 finite where a share is too small for a float. */
export const logSimplexShares = (logits: Vector, alpha: number): Vector => {
  if (alpha !== 1) return simplexShares(logits, alpha).map(Math.log);
  const most = Math.max(...logits);
  const logTotal = Math.log(sum(logits.map((logit) => Math.exp(logit - most))));
  return logits.map((logit) => logit - most - logTotal);
};

/** Ω_α(s) = Σ (s − s^α)/(α(α − 1)): Shannon's −Σ s log s at 1, Gini's at 2, Burg's Σ log s at 0. */
export const entropy = (shares: Vector, alpha: number): number => {
  if (alpha === 1) return -sum(shares.map((s) => (s > 0 ? s * Math.log(s) : 0)));
  if (alpha === 0) return sum(shares.map(Math.log));
  return sum(shares.map((s) => s - s ** alpha)) / (alpha * (alpha - 1));
};

/** max over the simplex of ⟨s, ℓ⟩ + Ω_α(s), at the shares that attain it. */
export const conjugate = (logits: Vector, shares: Vector, alpha: number): number =>
  sum(shares.map((s, h) => (s > 0 ? s * logits[h] : s))) + entropy(shares, alpha);

/** g = s^(2 − α) on the support: how fast each share grows. */
export const growth = (shares: Vector, alpha: number): Vector => shares.map((s) => (s > 0 ? s ** (2 - alpha) : 0));

/** ∂s_h/∂ℓ_k = diag(g) − g gᵀ/Σg. */
export const simplexJacobian = (shares: Vector, alpha: number): Matrix => {
  const grow = growth(shares, alpha);
  const total = sum(grow);
  return matrix(shares.length, (h, k) => (h === k ? grow[h] : 0) - (grow[h] * grow[k]) / total);
};

/** Σ_j weights_j ∂²s_j/∂ℓ_h∂ℓ_k. */
export const simplexCurvature = (shares: Vector, alpha: number, weights: Vector): Matrix => {
  const grow = growth(shares, alpha);
  const total = sum(grow);
  const even = grow.map((g) => g / total);
  const mean = sum(weights.map((w, h) => w * even[h]));
  // (2 − α) s^(3 − 2α): how g changes as its logit grows, before the constant's part.
  const pull = shares.map((s, h) => (s > 0 ? (2 - alpha) * s ** (3 - 2 * alpha) * (weights[h] - mean) : 0));
  const all = sum(pull);
  return matrix(
    shares.length,
    (h, k) => (h === k ? pull[h] : 0) - pull[h] * even[k] - even[h] * pull[k] + even[h] * even[k] * all,
  );
};
