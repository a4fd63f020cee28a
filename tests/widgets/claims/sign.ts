/** Plus or minus: what its sentence may say of two shares, of their difference, and of what is let through of z. */
import { implicit_em, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import type { State } from "../../../iemlib/widgets/sign/state";
import { type Claims, clause, reads } from "../clauses";

export const claims: Claims<State> = {
  states: [
    { z: 0 },
    { z: 0, width: 0.05 },
    { z: 0.05, width: 0.05 },
    { z: -3, mean: 2.5, width: 0.05 },
    { z: 3, mean: 0.5, width: 1.5 },
    { z: -0.05, mean: 0.5, width: 1.5 },
  ],
  of: ({ z, mean, width }, act) => {
    // By the formulas that the names stand for, not by energies.
    const u = (mean * z) / width ** 2;
    const plus = 1 / (1 + Math.exp(-2 * u));
    const relu = Math.max(0, z);
    const soft = relu + (width ** 2 / (2 * mean)) * Math.log1p(Math.exp(-2 * Math.abs(u)));
    const energies = [(z - mean) ** 2, (z + mean) ** 2].map((square) => square / (2 * width ** 2));
    return {
      clauses: [
        clause("At z = N", (at) => reads(at, z)),
        clause("The width σ is N:", (σ) => act?.control === "width" && reads(σ, width)),
        clause("Plus and minus stand N apart:", (apart) => act?.control === "mean" && reads(apart, 2 * mean)),
        clause("plus has N and minus has N", (a, b) => reads(a, plus) && reads(b, 1 - plus)),
        clause("Their difference is tanh, N", (th) => reads(th, Math.tanh(u))),
        clause(
          "Of z, plus lets through N; softplus is N, and between the two ReLU is N",
          (through, above, between) =>
            reads(through, z * plus) && reads(above, soft) && reads(between, relu) && z * plus <= relu && relu <= soft,
        ),
        clause("At no width has one of them more: sign has to choose", () => z === 0),
        clause(
          "To two decimals tanh is sign here, and all three are ReLU",
          () =>
            z !== 0 && [Math.abs(Math.tanh(u)) - 1, z * plus - relu, soft - relu].every((gap) => Math.abs(gap) < 0.005),
        ),
      ],
      broken: broken(measure(implicit_em, energies, pass(implicit_em, energies))),
    };
  },
};
