/** Paths through a lattice: exponentially many hypotheses, and the recursions that go through all of them at once. */
import { type Matrix, sum, type Vector } from "../array";
import { log_sum_exp } from "../softmin";

/** Energies in nats of the states at each step, and of the edges between two steps; +inf forbids. */
export interface Lattice {
  readonly states: readonly Vector[];
  readonly edges: readonly Matrix[];
}

/** −log Σ exp(−d); +inf where all are forbidden. */
const joint = (energies: Vector): number =>
  Math.min(...energies) === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : -log_sum_exp(energies);

/** The energy of every path, the last step changing first. */
export const path_energies = ({ states, edges }: Lattice): Vector =>
  states
    .slice(1)
    .reduce(
      (paths: readonly { readonly end: number; readonly d: number }[], u, t) =>
        paths.flatMap(({ end, d }) => u.map((own, k) => ({ end: k, d: d + edges[t][end][k] + own }))),
      states[0].map((d, end) => ({ end, d })),
    )
    .map(({ d }) => d);

/** At each step, the joint energy −α of all that lead to each state: the forward algorithm. */
const forward = ({ states, edges }: Lattice): readonly Vector[] => {
  const alphas: Vector[] = [states[0]];
  edges.forEach((w, t) => {
    alphas.push(states[t + 1].map((u, k) => u + joint(alphas[t].map((alpha, j) => alpha + w[j][k]))));
  });
  return alphas;
};
const last = <T>(of: readonly T[]): T => of[of.length - 1];

/** L = log Σ exp(−d) over all paths; −inf where none is left. */
export const path_log_sum_exp = (lattice: Lattice): number => -joint(last(forward(lattice)));

/** Credit of every state and edge: minus the gradient of L, by one backward pass through the forward algorithm. */
export const path_credit = (lattice: Lattice): Lattice => {
  const alphas = forward(lattice);
  const whole = joint(last(alphas));
  const states: Vector[] = [last(alphas).map((alpha) => Math.exp(whole - alpha))];
  const edges: Matrix[] = [];
  for (let t = lattice.edges.length - 1; t >= 0; t--) {
    const joined = lattice.edges[t].map((row, j) => row.map((w) => alphas[t][j] + w));
    const into = states[0].map((_, k) => joint(joined.map((row) => row[k])));
    // To a state that no path leads to nothing is passed.
    const passed = joined.map((row) =>
      row.map((d, k) =>
        into[k] === Number.POSITIVE_INFINITY ? 0 * states[0][k] : states[0][k] * Math.exp(into[k] - d),
      ),
    );
    edges.unshift(passed);
    states.unshift(passed.map(sum));
  }
  return { states, edges };
};

/** Posterior of every state and edge: the share of all paths that pass there, by forward–backward. */
export const path_posteriors = (lattice: Lattice): Lattice => {
  const alphas = forward(lattice);
  const whole = joint(last(alphas));
  let beta: Vector = last(alphas).map(() => 0);
  const states: Vector[] = [last(alphas).map((alpha) => Math.exp(whole - alpha))];
  const edges: Matrix[] = [];
  for (let t = lattice.edges.length - 1; t >= 0; t--) {
    const after = beta;
    const onward = lattice.edges[t].map((row) => row.map((w, k) => w + lattice.states[t + 1][k] + after[k]));
    edges.unshift(onward.map((row, j) => row.map((d) => Math.exp(whole - alphas[t][j] - d))));
    beta = onward.map(joint);
    states.unshift(beta.map((d, j) => Math.exp(whole - alphas[t][j] - d)));
  }
  return { states, edges };
};
