import { log1pExp, sigmoid } from "./scalar";

/** A likelihood map φ, with the hazard w = −φ′/φ that credit carries beside the score. */
export interface Likelihood {
  readonly kind: "exponential" | "linear" | "power" | "softplus" | "logistic";
  readonly name: string;
  readonly formula: string;
  /** φ(e). */
  readonly likelihood: (e: number) => number;
  /** log φ(e), nan where φ is negative. */
  readonly log_likelihood: (e: number) => number;
  /** w(e) = −φ′(e)/φ(e). */
  readonly hazard: (e: number) => number;
  /** φ″(e)/φ(e). */
  readonly curvature: (e: number) => number;
  /** φ, φ′ and φ″ times exp(−log_scale): what is left after a common factor, where they would underflow. */
  readonly derivatives: (e: number, log_scale: number) => readonly [number, number, number];
}

/** A map that is positive where it is defined: all of it follows from log φ, φ′/φ and φ″/φ. */
const positive = (map: Omit<Likelihood, "likelihood" | "derivatives">): Likelihood => ({
  ...map,
  likelihood: (e) => Math.exp(map.log_likelihood(e)),
  derivatives: (e, log_scale) => {
    const likelihood = Math.exp(map.log_likelihood(e) - log_scale);
    return [likelihood, -map.hazard(e) * likelihood, map.curvature(e) * likelihood];
  },
});

/** φ = exp(−e), of hazard one everywhere. */
export const exponential = (): Likelihood =>
  positive({
    kind: "exponential",
    name: "exponential",
    formula: "exp(−d)",
    log_likelihood: (e) => -e,
    hazard: () => 1,
    curvature: () => 1,
  });

/** φ = offset − e, below zero past the offset; w = 1/(offset − e). */
export const linear = ({ offset = 5 }: { readonly offset?: number } = {}): Likelihood => ({
  kind: "linear",
  name: "linear",
  formula: `${offset} − d`,
  likelihood: (e) => offset - e,
  log_likelihood: (e) => Math.log(offset - e),
  hazard: (e) => 1 / (offset - e),
  curvature: () => 0,
  derivatives: (e, log_scale) => {
    const factor = Math.exp(-log_scale);
    return [(offset - e) * factor, -factor, 0];
  },
});

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const superscript = (number: number): string =>
  String(number).replace(/./gu, (sign) => SUPERSCRIPTS[Number(sign)] ?? (sign === "-" ? "⁻" : "·"));

/** φ = (1 + e)^−p, undefined (nan) where e ≤ −1; w = p/(1 + e). */
export const power = ({ p = 3 }: { readonly p?: number } = {}): Likelihood => {
  const base = (e: number): number => (e > -1 ? e : Number.NaN);
  const hazard = (e: number): number => p / (1 + base(e));
  return positive({
    kind: "power",
    name: "power law",
    formula: `(1 + d)${superscript(-p)}`,
    log_likelihood: (e) => -p * Math.log1p(base(e)),
    hazard,
    curvature: (e) => (hazard(e) * (p + 1)) / (1 + e),
  });
};

/** Beyond this log(1 + exp(−e)) and exp(−e) are the same float. */
const TAIL = 40;

/** φ = log(1 + exp(−e)); w = σ(−e)/φ, and φ″ = σ(e)σ(−e). */
export const softplus = (): Likelihood => {
  const hazard = (e: number): number => (e > TAIL ? 1 : sigmoid(-e) / log1pExp(-e));
  return positive({
    kind: "softplus",
    name: "softplus",
    formula: "log(1 + exp(−d))",
    log_likelihood: (e) => (e > TAIL ? -e : Math.log(log1pExp(-e))),
    hazard,
    curvature: (e) => sigmoid(e) * hazard(e),
  });
};

/** φ = σ(−e) = 1/(1 + exp(e)), one for low energies and an exponential for high ones; w = σ(e), φ″/φ = w(2w − 1). */
export const logistic = (): Likelihood =>
  positive({
    kind: "logistic",
    name: "logistic",
    formula: "1 / (1 + exp(d))",
    log_likelihood: (e) => -log1pExp(e),
    hazard: sigmoid,
    // w(2w − 1), where 2w − 1 = tanh(e/2) keeps its digits about zero.
    curvature: (e) => sigmoid(e) * Math.tanh(e / 2),
  });
