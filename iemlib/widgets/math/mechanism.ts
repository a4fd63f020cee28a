import { matrix, type Matrix, type Vector } from "./array";
import { comparable, own_offset, type Energies } from "./energies";
import { exponential, linear, type Likelihood } from "./exponentiation";
import { every, first, type Hypotheses } from "./hypotheses";
import { exact, none, terms, type Normalization, type Potential, type Terms } from "./normalization";
import { expected_energy, log_sum_exp, type Objective } from "./objective";

/** The five parts of the pipe, in its order. */
export const PARTS = ["hypotheses", "energies", "exponentiation", "normalization", "objective"] as const;
export type Part = (typeof PARTS)[number];

export interface Mechanism {
  readonly hypotheses: Hypotheses;
  readonly energies: Energies;
  readonly exponentiation: Likelihood;
  readonly normalization: Normalization;
  readonly objective: Objective;
  readonly temperature: number;
}

export const implicit_em: Mechanism = {
  hypotheses: every(),
  energies: comparable(),
  exponentiation: exponential(),
  normalization: exact(),
  objective: log_sum_exp(),
  temperature: 1,
};

/** What stands in for a part when it is removed and nothing else is named. */
const INSTEAD: Pick<Mechanism, Part> = {
  hypotheses: first(),
  energies: own_offset(),
  exponentiation: linear(),
  normalization: none(),
  objective: expected_energy(),
};

export const without = (m: Mechanism, removed: readonly Part[]): Mechanism => ({
  ...m,
  ...Object.fromEntries(removed.map((part) => [part, INSTEAD[part]])),
});

/** Everything that one state of the pipe gives, for the hypotheses that are left. */
export interface Passage {
  readonly kept: readonly number[];
  /** The energies as given, of the hypotheses that are left. */
  readonly d: Vector;
  readonly likelihoods: Vector;
  readonly scores: Vector;
  readonly credit: Vector;
  readonly value: number;
}

const enter = (m: Mechanism, energies: Vector) => {
  const kept = m.hypotheses.kept(energies.length);
  const unit = m.energies.unit(energies.length);
  const offset = m.energies.offset(energies.length);
  const e = kept.map((h) => (unit[h] * energies[h]) / m.temperature + offset[h]);
  const t: Terms = terms(e, m.exponentiation);
  const L: Potential = m.objective.potential(t, m.normalization);
  const scale = m.objective.leading ? 1 : 1 / m.temperature;
  return { kept, unit: kept.map((h) => unit[h]), t, L, scale };
};

export const pass = (m: Mechanism, energies: Vector): Passage => {
  const { kept, unit, t, L, scale } = enter(m, energies);
  return {
    kept,
    d: kept.map((h) => energies[h]),
    likelihoods: t.f,
    scores: m.normalization.scores(t),
    credit: L.gradient.map((g, h) => (g === 0 ? 0 : -unit[h] * g * scale)),
    value: L.value * scale * m.temperature,
  };
};

/** Logarithms of scores and credit: finite where one is positive but too small for a float. */
export const logs = (m: Mechanism, energies: Vector): { readonly scores: Vector; readonly credit: Vector } => {
  const { unit, t, L, scale } = enter(m, energies);
  const scores = m.normalization.logScores(t);
  // With the objective left alone every credit is a · s · w, whatever the normalization.
  const own = m.objective.kind === "log_sum_exp";
  return {
    scores,
    credit: L.gradient.map((g, h) => (own ? scores[h] + Math.log(-t.l1[h] * unit[h]) : Math.log(-unit[h] * g * scale))),
  };
};

/** ∂c_h/∂d_k, closed form. */
export const coupling = (m: Mechanism, energies: Vector): Matrix => {
  const { kept, unit, L, scale } = enter(m, energies);
  return matrix(kept.length, (h, k) => (-unit[h] * unit[k] * L.hessian[h][k] * scale) / m.temperature);
};

/** Responsibilities and L = τ log Σ exp(−d/τ) at the edges of the floats; +inf rules a hypothesis out. */
export const responsibilitiesAndLogSumExp = (energies: Vector, temperature = 1): { r: Vector; L: number } => {
  const least = Math.min(...energies);
  const gap = (d: number): number => {
    const difference = d - least;
    return Number.isFinite(difference) ? difference / temperature : d / temperature - least / temperature;
  };
  const f = energies.map((d) => Math.exp(-gap(d)));
  const Z = f.reduce((a, b) => a + b, 0);
  return { r: f.map((v) => v / Z), L: temperature * Math.log(Z) - least };
};
