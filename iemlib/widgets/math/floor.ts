/** EM's floor on a line: A held at a place, B anywhere; what shares of the numbers put under the log-likelihood. */
import { argmax, dot, oneHot, sum, type Vector } from "./array";
import { log_sum_exp, responsibilities } from "./softmin";

/** The shares that a datum's energies give it. */
export const SHARES = {
  softmin: (energies: Vector): Vector => responsibilities(energies),
  hard: (energies: Vector): Vector => oneHot(energies.length, argmax(energies.map((d) => -d))),
  uniform: (energies: Vector): Vector => energies.map(() => 1 / energies.length),
} as const;

/** What is said of B at a place, by one datum or by all: L and the floor F, their slopes, and KL(q‖r) between them. */
export interface Heights {
  readonly L: number;
  readonly F: number;
  readonly slopeL: number;
  readonly slopeF: number;
  readonly KL: number;
}

const half = (gap: number): number => (gap * gap) / 2;
/** Half the squared gaps of a datum from A and from B. */
export const energiesOf = (x: number, held: number, place: number): Vector => [half(x - held), half(x - place)];

/** What a datum that is shared so says of B at a place. */
export const heights = (x: number, held: number, shares: Vector, place: number): Heights => {
  const d = energiesOf(x, held, place);
  const r = responsibilities(d);
  /** Σ q f, over those that have a share. */
  const mean = (f: (q: number, h: number) => number): number => sum(shares.map((q, h) => (q > 0 ? q * f(q, h) : 0)));
  return {
    L: log_sum_exp(d),
    F: mean((q, h) => -d[h] - Math.log(q)),
    slopeL: r[1] * (x - place),
    slopeF: shares[1] * (x - place),
    KL: mean((q, h) => Math.log(q / r[h])),
  };
};

/** All of them together. */
export const together = (each: readonly Heights[]): Heights => {
  const all = (what: keyof Heights): number => sum(each.map((one) => one[what]));
  return { L: all("L"), F: all("F"), slopeL: all("slopeL"), slopeF: all("slopeF"), KL: all("KL") };
};

/** Where the floor is highest: the mean of what B got; null where B got nothing, and the floor is level. */
export const topOf = (data: Vector, shares: readonly Vector[]): number | null => {
  const got = shares.map(([, q]) => q);
  const mass = sum(got);
  return mass > 0 ? dot(got, data) / mass : null;
};
