/** Conjugates of an entropy on the simplex: log-sum-exp's relatives. */
import { conjugate, logSimplexShares, simplexJacobian, simplexShares } from "../simplex";
import { type Objective, one } from "./part";

/** L = max over the simplex of −⟨r, e⟩ + Ω_α(r), whatever the scores; c = α-entmax(−e). */
export const fenchel_young = ({ alpha = 2 }: { readonly alpha?: number } = {}): Objective => ({
  kind: "fenchel_young",
  name: "Fenchel–Young",
  formula: () => "max ⟨s, −d⟩ + Ω",
  optimize: ({ energies }) => {
    const logits = energies.map((e) => -e);
    const credit = simplexShares(logits, alpha);
    return {
      value: conjugate(logits, credit, alpha),
      credit,
      log_credit: () => logSimplexShares(logits, alpha),
      coupling: () => simplexJacobian(credit, alpha).map((row) => row.map((slope) => -slope)),
    };
  },
  scale: one,
});

/** Log-sum-exp at a temperature, without the temperature in front: L = log Σ exp(−d/τ), c = r/τ. */
export const unscaled = (): Objective => ({
  ...fenchel_young({ alpha: 1 }),
  kind: "unscaled",
  name: "unscaled",
  formula: () => "log Σ exp(−d/τ)",
  scale: (temperature) => 1 / temperature,
});
