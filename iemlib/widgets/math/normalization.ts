import { diagonal, dot, matrix, sum, zeros, type Matrix, type Vector } from "./array";
import type { Likelihood } from "./exponentiation";

/** Energies as they count (e), their likelihoods φ(e) with two derivatives, and ℓ = log φ with two. */
export interface Terms {
  readonly e: Vector;
  readonly f: Vector;
  readonly f1: Vector;
  readonly f2: Vector;
  readonly l: Vector;
  readonly l1: Vector;
  readonly l2: Vector;
  /** f, f1 and f2 times exp(−by). */
  readonly lowered: (by: number) => Pick<Terms, "f" | "f1" | "f2">;
}

export const terms = (e: Vector, phi: Likelihood): Terms => {
  const f = e.map(phi.value);
  const l1 = e.map((v) => -phi.hazard(v));
  const f2 = e.map(phi.second);
  const lowered: Terms["lowered"] = (by) => {
    const all = e.map((v) => phi.lowered(v, by));
    return { f: all.map((v) => v[0]), f1: all.map((v) => v[1]), f2: all.map((v) => v[2]) };
  };
  return {
    e,
    f,
    f1: e.map(phi.derivative),
    f2,
    l: e.map(phi.log),
    l1,
    l2: f2.map((v, h) => v / f[h] - l1[h] ** 2),
    lowered,
  };
};

/** A potential Λ with its gradient and Hessian in the energies. */
export interface Potential {
  readonly value: number;
  readonly gradient: Vector;
  readonly hessian: Matrix;
}

/**
 * What turns likelihoods into scores, and the potential Λ that it brings: with the objective left alone,
 * L = Λ. `jacobian[k][h]` is ∂s_k/∂e_h; `second(v)[h][m]` is Σ_k v_k ∂²s_k/∂e_h∂e_m.
 */
export interface Normalization {
  readonly kind: string;
  readonly formula: string;
  readonly scores: (t: Terms) => Vector;
  /** log s, finite where a score is positive but too small for a float. */
  readonly logScores: (t: Terms) => Vector;
  readonly potential: (t: Terms) => Potential;
  readonly jacobian: (t: Terms) => Matrix;
  readonly second: (t: Terms, v: Vector) => Matrix;
}

/** Likelihoods of the hypotheses in `kept` shared out among them; the others get nothing. */
const shared = (kind: string, formula: string, kept: (e: Vector) => readonly boolean[]): Normalization => {
  // All is computed after division by the largest likelihood, so that Z neither underflows nor overflows.
  const masked = (t: Terms) => {
    const m = kept(t.e);
    const top = Math.max(...t.l.filter((v, h) => m[h] && !Number.isNaN(v)));
    const scale = Number.isFinite(top) ? top : 0;
    const lowered = t.lowered(scale);
    const only = (v: Vector): Vector => v.map((x, h) => (m[h] ? x : 0));
    const f = only(lowered.f);
    return { m, scale, f, f1: only(lowered.f1), f2: only(lowered.f2), Z: sum(f) };
  };
  return {
    kind,
    formula,
    scores: (t) => {
      const { f, Z } = masked(t);
      return f.map((v) => v / Z);
    },
    logScores: (t) => {
      const { m, scale, Z } = masked(t);
      return t.l.map((v, h) => (m[h] ? v - scale - Math.log(Z) : Number.NEGATIVE_INFINITY));
    },
    potential: (t) => {
      const { scale, f1, f2, Z } = masked(t);
      const live = Z > 0 ? Z : Number.NaN;
      return {
        value: scale + Math.log(live),
        gradient: f1.map((v) => v / live),
        hessian: matrix(f1.length, (h, m) => (h === m ? f2[h] / live : 0) - (f1[h] / live) * (f1[m] / live)),
      };
    },
    jacobian: (t) => {
      const { f, f1, Z } = masked(t);
      return matrix(f.length, (k, h) => (f1[h] * ((h === k ? 1 : 0) - f[k] / Z)) / Z);
    },
    second: (t, v) => {
      const { f, f1, f2, Z } = masked(t);
      const g = dot(v, f) / Z;
      return matrix(
        f.length,
        (h, m) => (h === m ? (f2[h] * (v[h] - g)) / Z : 0) - (f1[h] / Z) * (f1[m] / Z) * (v[h] - g + v[m] - g),
      );
    },
  };
};

/** The k least energies, the first at ties: the largest likelihoods, told apart where those underflow. */
const least =
  (k: number) =>
  (e: Vector): readonly boolean[] => {
    const order = e.map((_, h) => h).sort((a, b) => e[a] - e[b] || a - b);
    const top = new Set(order.slice(0, k));
    return e.map((_, h) => top.has(h));
  };

export const exact = (): Normalization => shared("exact", "φ / Σφ", (e) => e.map(() => true));

export const top_k = (k = 2): Normalization => shared("top_k", `φ / Σφ over the top ${k}`, least(k));

export const hard = (): Normalization => shared("hard", "1 for the least d", least(1));

/** Responsibilities where the evidence passes `threshold`; elsewhere nobody gets anything, and L is the threshold. */
export const reject = (threshold: number): Normalization => {
  const all = exact();
  const or =
    <A extends readonly unknown[], R>(accepted: (t: Terms, ...rest: A) => R, nothing: (t: Terms) => R) =>
    (t: Terms, ...rest: A): R =>
      all.potential(t).value <= threshold ? nothing(t) : accepted(t, ...rest);
  const each =
    (v: number) =>
    (t: Terms): Vector =>
      t.e.map(() => v);
  const none = (t: Terms): Matrix => zeros(t.e.length);
  return {
    kind: "reject",
    formula: "φ / Σφ or 0",
    scores: or(all.scores, each(0)),
    logScores: or(all.logScores, each(Number.NEGATIVE_INFINITY)),
    potential: or(all.potential, (t) => ({ value: threshold, gradient: each(0)(t), hessian: none(t) })),
    jacobian: or(all.jacobian, none),
    second: or(all.second, none),
  };
};

export const none = (): Normalization => ({
  kind: "none",
  formula: "φ",
  scores: (t) => t.f,
  logScores: (t) => t.l,
  potential: (t) => ({ value: sum(t.f), gradient: t.f1, hessian: diagonal(t.f2) }),
  jacobian: (t) => diagonal(t.f1),
  second: (t, v) => diagonal(t.f2.map((x, h) => v[h] * x)),
});

/** K separate mechanisms of two; where 1 + φ ≤ 0 there is no Λ. */
export const independent = (): Normalization => {
  const defined = (t: Terms, v: number): number => (t.f.every((f) => 1 + f > 0) ? v : Number.NaN);
  return {
    kind: "independent",
    formula: "φ / (1 + φ)",
    scores: (t) => t.f.map((v) => v / (1 + v)),
    logScores: (t) => t.l.map((v, h) => v - Math.log1p(t.f[h])),
    potential: (t) => ({
      value: defined(t, sum(t.f.map((v) => Math.log1p(v)))),
      gradient: t.f1.map((v, h) => defined(t, v / (1 + t.f[h]))),
      hessian: diagonal(t.f2.map((v, h) => defined(t, v / (1 + t.f[h]) - (t.f1[h] / (1 + t.f[h])) ** 2))),
    }),
    jacobian: (t) => diagonal(t.f1.map((v, h) => v / (1 + t.f[h]) ** 2)),
    second: (t, v) =>
      diagonal(t.f2.map((x, h) => v[h] * (x / (1 + t.f[h]) ** 2 - (2 * t.f1[h] ** 2) / (1 + t.f[h]) ** 3))),
  };
};

/** Σ_h max over the simplex of ⟨s, ℓ⟩ + Ω_α(s): the α-entmax of ℓ (Burg's Σ log s at α = 0). */
export const simplexArgmax = (l: Vector, alpha: number): Vector => {
  const top = Math.max(...l);
  const x = l.map((v) => v - top);
  if (alpha === 1) {
    const p = x.map(Math.exp);
    const Z = sum(p);
    return p.map((v) => v / Z);
  }
  const share = (lambda: number): Vector =>
    alpha > 1
      ? x.map((v) => Math.max((alpha - 1) * (v - lambda), 0) ** (1 / (alpha - 1)))
      : x.map((v) => ((1 - alpha) * (lambda - v)) ** (-1 / (1 - alpha)));
  // Σ shares falls in λ. At `low` the leader alone has 1 or more; at `high` all together have 1 or less.
  const n = l.length;
  let [low, high] =
    alpha > 1
      ? [-1 / (alpha - 1), -(n ** (1 - alpha)) / (alpha - 1)]
      : [1 / (1 - alpha), n ** (1 - alpha) / (1 - alpha)];
  const halvings = 200;
  for (let i = 0; i < halvings && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sum(share(middle)) >= 1) low = middle;
    else high = middle;
  }
  const p = share(low);
  const Z = sum(p);
  // What rounding alone leaves at the edge of the support is nothing.
  return p.map((v) => (v < ROUNDING ? 0 : v / Z));
};
const ROUNDING = 1e-15;

/** Ω_α(s): Shannon at 1, Gini at 2, Burg at 0. */
export const entropy = (s: Vector, alpha: number): number =>
  alpha === 1
    ? -sum(s.map((v) => (v > 0 ? v * Math.log(v) : 0)))
    : alpha === 0
      ? sum(s.map(Math.log))
      : sum(s.map((v) => v - v ** alpha)) / (alpha * (alpha - 1));

/** ∂s/∂ℓ of the α-entmax: diag(g) − g gᵀ/Σg with g = s^(2−α) on the support. */
export const simplexSlope = (s: Vector, alpha: number): { g: Vector; J: Matrix } => {
  const g = s.map((v) => (v > 0 ? v ** (2 - alpha) : 0));
  const G = sum(g);
  return { g, J: matrix(s.length, (k, h) => (h === k ? g[h] : 0) - (g[k] * g[h]) / G) };
};

export const entmax = (alpha = 1.5): Normalization => {
  const scores = (t: Terms): Vector => (t.l.some(Number.isNaN) ? t.l.map(() => Number.NaN) : simplexArgmax(t.l, alpha));
  return {
    kind: alpha === 2 ? "sparsemax" : "entmax",
    formula: alpha === 2 ? "sparsemax(−d)" : `${alpha}-entmax(−d)`,
    scores,
    logScores: (t) => scores(t).map(Math.log),
    potential: (t) => {
      const s = scores(t);
      const { J } = simplexSlope(s, alpha);
      return {
        value: sum(s.map((v, h) => (v > 0 ? v * t.l[h] : 0))) + entropy(s, alpha),
        gradient: s.map((v, h) => v * t.l1[h]),
        hessian: matrix(s.length, (h, m) => t.l1[h] * J[h][m] * t.l1[m] + (h === m ? s[h] * t.l2[h] : 0)),
      };
    },
    jacobian: (t) => {
      const { J } = simplexSlope(scores(t), alpha);
      return matrix(t.l.length, (k, h) => J[k][h] * t.l1[h]);
    },
    second: (t, v) => {
      const s = scores(t);
      const { g, J } = simplexSlope(s, alpha);
      const G = sum(g);
      const mean = dot(g, v) / G;
      const slope = s.map((x) => (x > 0 ? (2 - alpha) * x ** (1 - alpha) : 0)); // dg/ds
      const inL = matrix(
        s.length,
        (h, m) =>
          slope[h] * J[h][m] * (v[h] - mean) - (g[h] / G) * sum(s.map((_, k) => (v[k] - mean) * slope[k] * J[k][m])),
      );
      return matrix(s.length, (h, m) => t.l1[h] * inL[h][m] * t.l1[m] + (h === m ? g[h] * (v[h] - mean) * t.l2[h] : 0));
    },
  };
};

export const sparsemax = (): Normalization => entmax(2);
