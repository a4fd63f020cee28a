/** Normalizations with a hypothesis that nobody sees. */
import type { Normalization } from "./part";
import { share } from "./shared";

/** A silent hypothesis of energy zero takes the rest: s = φ/(1 + Σφ), Λ = log(1 + Σφ). */
export const off_by_one = (): Normalization => ({
  kind: "off_by_one",
  name: "off by one",
  formula: "φ / (1 + Σφ)",
  potential: "log(1 + Σφ)",
  normalize: (terms) =>
    share(
      terms,
      terms.energies.map(() => true),
      true,
    ),
});
