/** Experts: what one datum teaches a gate and its experts, by their mixture's likelihood or by their average. */
import { argmax, dot, type Matrix, matrix, sum, type Vector } from "./array";
import { implicit_em, type Mechanism, type Passage, pass } from "./mechanism";
import type { Normalization } from "./normalization/part";
import { logOf, type Objective, one } from "./objective/part";
import { log_sum_exp, responsibilities } from "./softmin";

/** Scores that sum to one within this sum to one. */
const ROUNDING = 1e-12;

/** Σ_k weights_k ∂s_k/∂e_h. Where scores sum to one, the leader's weight is taken from all, for the digits of the rest. */
const byJacobian =
  (scores: Vector, J: Matrix) =>
  (weights: Vector): Vector => {
    const level = Math.abs(sum(scores) - 1) < ROUNDING ? weights[argmax(scores)] : 0;
    return scores.map((_, h) => sum(J.map((row, k) => (weights[k] - level) * row[h])));
  };

/** L = −(y − ŷ)²/2σ², ŷ = Σ s f: one answer for all. */
export const squared_error = (outputs: Vector, target: number, width: number): Objective => ({
  kind: "squared_error",
  name: "squared error",
  formula: () => "−(y − Σ s f)² / 2σ²",
  optimize: (_, { scores, jacobian, curvature, moved = byJacobian(scores, jacobian()) }) => {
    const square = width * width;
    const error = (target - dot(scores, outputs)) / square;
    const pull = moved(outputs);
    const credit = pull.map((p) => -error * p);
    return {
      value: (-error * error * square) / 2,
      credit,
      log_credit: logOf(credit),
      coupling: () => {
        const bend = curvature(outputs);
        return matrix(scores.length, (h, k) => (pull[h] * pull[k]) / square - error * bend[h][k]);
      },
    };
  },
  scale: one,
});

/** What one datum teaches. */
export interface Lesson {
  /** By likelihood its scores are the posterior, by an average the weights. */
  readonly mechanism: Mechanism;
  readonly energies: Vector;
  readonly passage: Passage;
  /** Each expert's share before the answer is seen, and when it is. */
  readonly gate: Vector;
  readonly posterior: Vector;
  /** ∂L/∂λ of the gate's logits λ = −e, and ∂L/∂f. */
  readonly logit_slopes: Vector;
  readonly output_slopes: Vector;
  /** The one answer ŷ, where there is one. */
  readonly prediction: number | null;
}

/**
 * A datum's lesson by the likelihood of the mixture, or, with a route from the gate's energies to weights, by the
 * squared error of the average that they make.
 */
export const lesson = (
  gate: Vector,
  outputs: Vector,
  target: number,
  width: number,
  route: Normalization | null,
): Lesson => {
  const square = width * width;
  const errors = outputs.map((f) => target - f);
  const level = log_sum_exp(gate);
  const mixed = gate.map((e, h) => e + level + errors[h] ** 2 / (2 * square));
  const shares = { gate: responsibilities(gate), posterior: responsibilities(mixed) };
  if (route === null)
    return {
      ...shares,
      mechanism: implicit_em,
      energies: mixed,
      passage: pass(implicit_em, mixed),
      logit_slopes: shares.posterior.map((r, h) => r - shares.gate[h]),
      output_slopes: shares.posterior.map((r, h) => (r * errors[h]) / square),
      prediction: null,
    };
  const mechanism = { ...implicit_em, normalization: route, objective: squared_error(outputs, target, width) };
  const passage = pass(mechanism, gate);
  const prediction = dot(passage.scores, outputs);
  return {
    ...shares,
    mechanism,
    energies: gate,
    passage,
    logit_slopes: passage.credit,
    output_slopes: passage.scores.map((s) => (s * (target - prediction)) / square),
    prediction,
  };
};

/** Inputs and answers along three lines, some of them beside another's: the data of the widget. */
export const SCATTERED: readonly (readonly [number, number])[] = [
  [0.3, 0.8],
  [1.4, 2.8],
  [1.9, 3.4],
  [2.6, 4.5],
  [3.0, 4.8],
  [3.3, 4.7],
  [3.6, 5.0],
  [3.6, 3.6],
  [3.9, 5.4],
  [4.1, 3.2],
  [4.6, 3.8],
  [5.1, 2.9],
  [5.8, 1.8],
  [6.6, 1.8],
  [7.0, 0.5],
  [7.0, 1.7],
  [7.6, 2.8],
  [8.3, 3.7],
  [9.3, 4.4],
  [9.7, 5.0],
];
