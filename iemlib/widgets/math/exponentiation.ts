/** Likelihood maps φ, with their derivatives and the hazard −φ′/φ that credit carries beside the score. */
export interface Likelihood {
  readonly kind: "exponential" | "linear" | "power" | "softplus";
  readonly formula: string;
  readonly value: (e: number) => number;
  readonly derivative: (e: number) => number;
  readonly second: (e: number) => number;
  readonly hazard: (e: number) => number;
  /** log φ, nan where φ is negative. */
  readonly log: (e: number) => number;
  /** φ, φ′ and φ″ times exp(−by): what is left of them after a common factor, where they would underflow. */
  readonly lowered: (e: number, by: number) => readonly [number, number, number];
}

type Derivatives = Pick<Likelihood, "value" | "derivative" | "second">;
const logOf =
  ({ value }: Derivatives): Likelihood["log"] =>
  (e) =>
    Math.log(value(e));
const loweredOf =
  ({ value, derivative, second }: Derivatives): Likelihood["lowered"] =>
  (e, by) => {
    const factor = Math.exp(-by);
    return [value(e) * factor, derivative(e) * factor, second(e) * factor];
  };

export const exponential = (): Likelihood => ({
  kind: "exponential",
  formula: "exp(−d)",
  value: (e) => Math.exp(-e),
  derivative: (e) => -Math.exp(-e),
  second: (e) => Math.exp(-e),
  hazard: () => 1,
  log: (e) => -e,
  lowered: (e, by) => {
    const value = Math.exp(-e - by);
    return [value, -value, value];
  },
});

export const linear = (offset = 5): Likelihood => {
  const line: Derivatives = { value: (e) => offset - e, derivative: () => -1, second: () => 0 };
  return {
    kind: "linear",
    formula: `${offset} − d`,
    ...line,
    hazard: (e) => 1 / (offset - e),
    log: logOf(line),
    lowered: loweredOf(line),
  };
};

const RAISED: Readonly<Record<string, string>> = Object.fromEntries(
  [..."0123456789"].map((digit, i) => [digit, [..."⁰¹²³⁴⁵⁶⁷⁸⁹"][i]]),
);
const superscript = (v: number): string => [...String(v)].map((ch) => RAISED[ch] ?? (ch === "-" ? "⁻" : "·")).join("");

/** (1 + e)^−p, undefined (nan) where e ≤ −1. */
export const power = (p = 3): Likelihood => {
  const inside = (e: number, v: number): number => (e > -1 ? v : Number.NaN);
  const law: Derivatives = {
    value: (e) => inside(e, (1 + e) ** -p),
    derivative: (e) => inside(e, -p * (1 + e) ** (-p - 1)),
    second: (e) => inside(e, p * (p + 1) * (1 + e) ** (-p - 2)),
  };
  return {
    kind: "power",
    formula: `(1 + d)${superscript(-p)}`,
    ...law,
    hazard: (e) => inside(e, p / (1 + e)),
    log: logOf(law),
    lowered: loweredOf(law),
  };
};

/** σ(x) = 1/(1 + exp(−x)), exact in both tails. */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
/** log(1 + exp(x)), exact in both tails. */
export const log1pExp = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const softplus = (): Likelihood => {
  const smooth: Derivatives = {
    value: (e) => log1pExp(-e),
    derivative: (e) => -sigmoid(-e),
    second: (e) => sigmoid(-e) * sigmoid(e),
  };
  return {
    kind: "softplus",
    formula: "log(1 + exp(−d))",
    ...smooth,
    hazard: (e) => sigmoid(-e) / log1pExp(-e),
    log: logOf(smooth),
    lowered: loweredOf(smooth),
  };
};
