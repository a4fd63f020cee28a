/** Objectives of the energies and their likelihoods alone, whatever the scores. */
import { argmax, diagonal, oneHot, sum, zeros } from "../array";
import { log1pExp, sigmoid } from "../scalar";
import { logOf, type Objective, one } from "./part";

/** L = −Σ e/K: every hypothesis is improved alike. */
export const mean = (): Objective => ({
  kind: "mean",
  name: "mean",
  formula: () => "−Σ d / K",
  optimize: ({ energies }) => {
    const credit = energies.map(() => 1 / energies.length);
    return {
      value: -sum(energies) / energies.length,
      credit,
      log_credit: logOf(credit),
      coupling: () => zeros(energies.length),
    };
  },
  scale: one,
});

/** L = max −e: only the best hypothesis is improved, the first at ties. */
export const maximum = (): Objective => ({
  kind: "maximum",
  name: "maximum",
  formula: () => "max −d",
  optimize: ({ energies }) => {
    const best = argmax(energies.map((e) => -e));
    const credit = oneHot(energies.length, best);
    return {
      value: -energies[best],
      credit,
      log_credit: logOf(credit),
      coupling: () => zeros(energies.length),
    };
  },
  scale: one,
});

/** L = Σφ, the summed likelihood without its logarithm. */
export const total = (): Objective => ({
  kind: "total",
  name: "total",
  formula: () => "Σφ",
  optimize: (terms) => {
    const { first, second } = terms.derivatives();
    return {
      value: sum(terms.likelihoods),
      credit: first.map((slope) => -slope),
      log_credit: () => {
        const hazards = terms.hazards();
        return terms.log_likelihoods.map((log, h) => log + Math.log(hazards[h]));
      },
      coupling: () => diagonal(second.map((bend) => -bend)),
    };
  },
  scale: one,
});

/** L = Σ log σ(−e): each hypothesis alone against a silent one of energy zero; c = σ(e). */
export const log_sigmoid = (): Objective => ({
  kind: "log_sigmoid",
  name: "log sigmoid",
  formula: () => "Σ log σ(−d)",
  optimize: ({ energies }) => ({
    value: -sum(energies.map(log1pExp)),
    credit: energies.map(sigmoid),
    log_credit: () => energies.map((e) => -log1pExp(-e)),
    coupling: () => diagonal(energies.map((e) => sigmoid(e) * sigmoid(-e))),
  }),
  scale: one,
});
