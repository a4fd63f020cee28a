/** The walker on L: what its sentence may say of what is climbed, of its tangent, and of a moved energy. */
import { type Mechanism, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import type { State } from "../../../iemlib/widgets/objective/state";
import { type Claims, type Clause, clause, ofMove, ofState, reads, TOLERANCE } from "../clauses";
import { built } from "../golden";

/** Where the walker stands, and on what. */
export type Walk = Pick<State, "energy_a" | "energy_b" | "objective" | "temperature" | "alpha">;

/** From the golden vectors' specifications, not as the widget builds it. */
export const mechanism = ({ objective, alpha, temperature }: Walk): Mechanism =>
  built({ objective: objective === "fenchel_young" ? { kind: objective, alpha } : { kind: objective } }, temperature);
export const energies = (s: Walk): readonly [number, number] => [s.energy_a, s.energy_b];

const NAMES: Readonly<Record<State["objective"], string>> = {
  log_sum_exp: "log-sum-exp",
  expected_energy: "expected energy",
  mean: "mean",
  maximum: "maximum",
  total: "total",
  fenchel_young: "Fenchel–Young",
};

export const claims: Claims<State> = {
  states: [
    { energy_a: 1, energy_b: 1 },
    { energy_a: 0, energy_b: 0, temperature: 3 },
    { energy_a: 2, energy_b: 2, temperature: 0.2, objective: "total" },
    { objective: "maximum", energy_a: 2, energy_b: 0 },
    ...[0, 1, 2, 3].map((alpha) => ({ objective: "fenchel_young", alpha })),
  ],
  of: (s, act) => {
    const m = mechanism(s);
    const p = pass(m, energies(s));
    const failing = broken(measure(m, energies(s)));
    const clauses: Clause[] = [
      ...ofState(p, failing),
      clause(
        "With ([A-Za-z –-]+) at τ = N",
        (name, τ) => s.objective !== "fenchel_young" && name === NAMES[s.objective] && reads(τ, s.temperature),
      ),
      clause(
        "With Fenchel–Young at α = N and τ = N",
        (alpha, τ) => s.objective === "fenchel_young" && reads(alpha, s.alpha) && reads(τ, s.temperature),
      ),
      clause(
        "[Tt]he tangent (meets|misses) the seam",
        (what) => Math.abs(p.credit[0] - p.scores[0]) <= TOLERANCE === (what === "meets"),
      ),
    ];
    const k = ["energy_a", "energy_b"].indexOf(act?.control ?? "");
    if (act && k >= 0) {
      const before = energies(act.from);
      clauses.push(...ofMove(k, before[k], energies(s)[k], pass(m, before), p));
    }
    return { clauses, broken: failing };
  },
};
