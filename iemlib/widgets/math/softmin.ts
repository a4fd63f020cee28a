/** Responsibilities and log-sum-exp by themselves, exact to the ends of the floats; +inf rules a hypothesis out. */
import { sum, type Vector } from "./array";

/** exp(−(d_h − min d)/τ): likelihoods over the largest of them. */
const overLargest = (energies: Vector, least: number, temperature: number): Vector =>
  energies.map((d) => {
    const gap = d - least;
    // A gap that passes the largest float need not do so once it is divided.
    return Math.exp(-(Number.isFinite(gap) ? gap / temperature : d / temperature - least / temperature));
  });

/** r_h = exp(−d_h/τ) / Σ_k exp(−d_k/τ). */
export const responsibilities = (energies: Vector, temperature = 1): Vector => {
  const likelihoods = overLargest(energies, Math.min(...energies), temperature);
  const total = sum(likelihoods);
  return likelihoods.map((likelihood) => likelihood / total);
};

/** L = τ log Σ_h exp(−d_h/τ). */
export const log_sum_exp = (energies: Vector, temperature = 1): number => {
  const least = Math.min(...energies);
  return temperature * Math.log(sum(overLargest(energies, least, temperature))) - least;
};
