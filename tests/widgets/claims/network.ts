/** A recorded network: what its sentence may say of credit, shares and units, from the recording by itself. */
import recorded from "../../../iemlib/datasets/network.json";
import type { State } from "../../../iemlib/widgets/network/state";
import { type Claims, clause, reads } from "../clauses";

const DIGITS = ["8", "0", "2", "3"];
/** Energies in thousandths moved by half of one, and credit by as much. */
const KEPT = 0.00076;

export const claims: Claims<State> = {
  states: recorded.steps.flatMap((_, moment) =>
    Object.keys(recorded.networks).flatMap((network) => DIGITS.map((digit) => ({ moment, network, digit }))),
  ),
  of: ({ network, moment, digit }, act) => {
    const at = Math.round(moment);
    const run = recorded.networks[network];
    const which = DIGITS.indexOf(digit);
    const d = run.energies[at][which].map((v) => v / 1000);
    const credit = run.credit[at][which].map((v) => v / 1000);
    // No energy is so high that its likelihood is zero.
    const total = d.reduce((sum, v) => sum + Math.exp(-v), 0);
    const share = d.map((v) => Math.exp(-v) / total);
    const apart = Math.max(...credit.map((c, h) => Math.abs(c - share[h])));
    const [most, least] = [Math.max(...share), Math.min(...share)];
    const chosen = (of: string): boolean => act?.control === "network" && network === of;
    return {
      clauses: [
        clause("Step (\\d+) of 100\\.", (step) => Number(step) === recorded.steps[at]),
        clause("Energies are distances from prototypes", () => chosen("distances")),
        clause("Energies come out of a ReLU", () => chosen("relu") || chosen("variance")),
        clause("the loss keeps their variance up", () => chosen("variance")),
        clause("The picture is a (\\d)", (said) => act?.control === "digit" && said === digit),
        clause("Autograd’s credit is the E-step’s responsibility, unit by unit", () => apart < KEPT),
        clause(
          "Autograd’s credit is not the E-step’s responsibility: they are up to N apart",
          (said) => apart > KEPT && reads(said, apart) && said !== "0.00",
        ),
        clause(
          "All units have the same share of this (\\d), N",
          (said, value) =>
            said === digit && most - least < 0.005 && share.every((v) => Math.abs(v - Number(value)) < 0.01),
        ),
        clause(
          "Unit (\\d+) has the largest share of this (\\d), N",
          (unit, said, value) => said === digit && share[Number(unit) - 1] === most && reads(value, most),
        ),
        clause("Mean \\x4c is N", (said) => reads(said, run.L[at] / 1000)),
        clause("No unit is dead", () => run.dead[at] === 0),
        clause("Dead units: (\\d+) of 16", (said) => run.dead[at] > 0 && Number(said) === run.dead[at]),
      ],
      broken: [],
    };
  },
};
