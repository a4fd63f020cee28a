/** What a softmax inside a network is to the loss that comes later. */
import { dot, sum, type Vector } from "../array";
import { logOf, type Objective } from "./part";

/** L = −Σ s a, minus the cost that the scores mix; c_h = Σ_k a_k ∂s_k/∂e_h, score times advantage where s is exact. */
export const read_out = ({ costs }: { readonly costs: Vector }): Objective => ({
  kind: "read_out",
  name: "read-out",
  formula: () => "−Σ s a",
  optimize: (_, { scores, jacobian, curvature }) => {
    const J = jacobian();
    const credit = scores.map((_, h) => sum(costs.map((a, k) => a * J[k][h])));
    return { value: -dot(scores, costs), credit, log_credit: logOf(credit), coupling: () => curvature(costs) };
  },
  // A cost is no energy: its unit has nothing to do with the temperature's.
  scale: (temperature) => 1 / temperature,
});
