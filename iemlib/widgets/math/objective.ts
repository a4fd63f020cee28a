import { argmax, diagonal, dot, matrix, oneHot, sum, zeros, type Vector } from "./array";
import { log1pExp, sigmoid } from "./exponentiation";
import { entropy, simplexArgmax, simplexSlope, type Normalization, type Potential, type Terms } from "./normalization";

/** What learning climbs: L, with its gradient and Hessian in the energies as they count. */
export interface Objective {
  readonly kind: string;
  readonly formula: string;
  readonly potential: (t: Terms, n: Normalization) => Potential;
  /** Whether a temperature τ stands before L (L = τ·Λ(d/τ)), as it must for credit to be a responsibility. */
  readonly leading: boolean;
}

const objective = (kind: string, formula: string, potential: Objective["potential"], leading = true): Objective => ({
  kind,
  formula,
  potential,
  leading,
});

export const log_sum_exp = (): Objective => objective("log_sum_exp", "log Σφ", (t, n) => n.potential(t));

export const unscaled = (): Objective => objective("unscaled", "log Σ exp(−d/τ)", (t, n) => n.potential(t), false);

export const expected_energy = (): Objective =>
  objective("expected_energy", "−Σ s d", (t, n) => {
    const s = n.scores(t);
    const J = n.jacobian(t);
    const S = n.second(t, t.e);
    return {
      value: -dot(s, t.e),
      gradient: s.map((v, h) => -v - sum(t.e.map((e, k) => e * J[k][h]))),
      hessian: matrix(s.length, (h, m) => -(J[h][m] + J[m][h]) - S[h][m]),
    };
  });

export const mean = (): Objective =>
  objective("mean", "−Σ d / K", (t) => ({
    value: -sum(t.e) / t.e.length,
    gradient: t.e.map(() => -1 / t.e.length),
    hessian: zeros(t.e.length),
  }));

export const max = (): Objective =>
  objective("max", "max −d", (t) => {
    const negative = t.e.map((e) => -e);
    const win = argmax(negative);
    return {
      value: negative[win],
      gradient: oneHot(t.e.length, win).map((v) => -v),
      hessian: zeros(t.e.length),
    };
  });

export const total = (): Objective =>
  objective("sum", "Σφ", (t) => ({ value: sum(t.f), gradient: t.f1, hessian: diagonal(t.f2) }));

export const log_sigmoid = (): Objective =>
  objective("log_sigmoid", "Σ log σ(−d)", (t) => ({
    value: -sum(t.e.map(log1pExp)),
    gradient: t.e.map((e) => -sigmoid(e)),
    hessian: diagonal(t.e.map((e) => -sigmoid(e) * sigmoid(-e))),
  }));

export const fenchel_young = (alpha = 2): Objective =>
  objective("fenchel_young", `max ⟨s, −d⟩ + Ω`, (t) => {
    const l: Vector = t.e.map((e) => -e);
    const s = simplexArgmax(l, alpha);
    return {
      value: sum(s.map((v, h) => (v > 0 ? v * l[h] : 0))) + entropy(s, alpha),
      gradient: s.map((v) => -v),
      hessian: simplexSlope(s, alpha).J,
    };
  });
