import type { Vector } from "./array";
import type { Likelihood } from "./exponentiation";
import { once } from "./lazy";

/** The likelihoods of all hypotheses with their first two derivatives, one vector each. */
export interface Derivatives {
  readonly likelihoods: Vector;
  readonly first: Vector;
  readonly second: Vector;
}

/** Energies as they count, and what the likelihood map makes of them: what normalizations and objectives begin with. */
export interface Terms {
  /** e_h: in its unit, from its zero, over the temperature. */
  readonly energies: Vector;
  readonly exponentiation: Likelihood;
  /** φ(e_h). */
  readonly likelihoods: Vector;
  /** log φ(e_h), nan where φ is negative. */
  readonly log_likelihoods: Vector;
  /** w_h = −φ′/φ. */
  readonly hazards: () => Vector;
  /** φ, φ′ and φ″, each times exp(−log_scale). */
  readonly derivatives: (log_scale?: number) => Derivatives;
}

export const terms = (energies: Vector, exponentiation: Likelihood): Terms => ({
  energies,
  exponentiation,
  likelihoods: energies.map(exponentiation.likelihood),
  log_likelihoods: energies.map(exponentiation.log_likelihood),
  hazards: once(() => energies.map(exponentiation.hazard)),
  derivatives: (log_scale = 0) => {
    const each = energies.map((e) => exponentiation.derivatives(e, log_scale));
    return { likelihoods: each.map((d) => d[0]), first: each.map((d) => d[1]), second: each.map((d) => d[2]) };
  },
});
