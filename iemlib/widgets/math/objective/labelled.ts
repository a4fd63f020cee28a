/** The objective of a classifier. */
import { dot, each, type Vector } from "../array";
import { logOf, type Objective, one } from "./part";

/** q_h = (1 − ε)[h = y] + ε/K: what a label asks of each of `count` classes, smoothed. */
export const target = (count: number, label: number, smoothing: number): Vector =>
  each(count, (h) => (h === label ? 1 - smoothing : 0) + smoothing / count);

/** L = −Σ q e − Λ: the label clamps, and the normalization's own potential is pushed down; c = q − the credit of Λ. */
export const cross_entropy = ({
  label = 0,
  smoothing = 0,
}: {
  readonly label?: number;
  readonly smoothing?: number;
} = {}): Objective => ({
  kind: "cross_entropy",
  name: "cross-entropy",
  formula: (normalization) => `−⟨q, d⟩ − ${normalization.potential}`,
  optimize: ({ energies }, normalized) => {
    const q = target(energies.length, label, smoothing);
    const credit = q.map((share, h) => share - normalized.credit[h]);
    return {
      value: -dot(q, energies) - normalized.potential,
      credit,
      log_credit: logOf(credit),
      coupling: () => normalized.coupling().map((row) => row.map((slope) => -slope)),
    };
  },
  scale: one,
});
