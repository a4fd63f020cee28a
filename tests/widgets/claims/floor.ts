/** EM's floor: what its sentence may say of touching, of slopes and of tops, all from likelihoods and shares by hand. */
import type { State } from "../../../iemlib/widgets/floor/state";
import { type Claims, clause, reads } from "../clauses";

/** In clauses the letter L stands for a hypothesis; the objective is written \\x4c there. */
type Shares = readonly (readonly [number, number])[];
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const square = (gap: number): number => (gap * gap) / 2;
/** The share of B, by the difference of the two energies alone. */
const share = (x: number, a: number, b: number): number => 1 / (1 + Math.exp(square(x - b) - square(x - a)));

const sharesOf = ({ data, held, place, built, shares }: State): Shares =>
  data.map((x) => {
    const nearerB = Math.abs(x - place) < Math.abs(x - held);
    const b = { softmin: share(x, held, place), kept: share(x, held, built), hard: nearerB ? 1 : 0, uniform: 0.5 };
    return [1 - b[shares], b[shares]];
  });
const L = ({ data, held }: State, place: number): number =>
  total(data.map((x) => Math.log(Math.exp(-square(x - held)) + Math.exp(-square(x - place)))));
const plogp = (p: number): number => (p > 0 ? p * Math.log(p) : 0);
const F = ({ data, held }: State, q: Shares, place: number): number =>
  total(
    data.map((x, n) => -q[n][0] * square(x - held) - q[n][1] * square(x - place) - plogp(q[n][0]) - plogp(q[n][1])),
  );
const KL = ({ data, held }: State, q: Shares, place: number): number =>
  total(
    data.map((x, n) => {
      const b = share(x, held, place);
      return plogp(q[n][0]) + plogp(q[n][1]) - q[n][0] * Math.log(1 - b) - q[n][1] * Math.log(b);
    }),
  );
const STEP = 1e-5;
const slope = (of: (place: number) => number, place: number): number =>
  (of(place + STEP) - of(place - STEP)) / (2 * STEP);
const topOf = ({ data, place }: State, q: Shares): number => {
  const mass = total(q.map(([, b]) => b));
  return mass > 0 ? total(data.map((x, n) => q[n][1] * x)) / mass : place;
};
/** Rounding of sums of a few dozen nats. */
const SMALL = 1e-7;
const gapReads = (said: string, gap: number): boolean =>
  said === "< 0.01" ? gap > 0 && gap < 0.005 + SMALL : reads(said, gap) && (said !== "0.00" || gap < SMALL);

export const claims: Claims<State> = {
  states: [
    { place: 2 },
    { place: 0.6987954 },
    { place: 5.506936, other: 5.506936 },
    { shares: "kept", place: 5.2, built: 4, other: 1.5 },
    { shares: "kept", place: 4, built: 4 },
    { shares: "hard", held: 2.5, place: 2.5 },
    { shares: "hard", held: 3, place: 7, data: [1, 2] },
    { shares: "uniform", place: 2.8, other: 2.8 },
    { data: [3], held: 1, place: 3 },
    { data: [0, 0, 7, 7], held: 7, place: 0 },
  ],
  of: (state, act) => {
    const { place, held, other, built, shares } = state;
    const q = sharesOf(state);
    const [onL, onF] = [(at: number) => L(state, at), (at: number) => F(state, q, at)];
    const gap = onL(place) - onF(place);
    const slopes = [slope(onL, place), slope(onF, place)] as const;
    const touches = Math.abs(gap) < SMALL && Math.abs(slopes[0] - slopes[1]) < 1e-4;
    const top = topOf(state, q);
    const level = q.every(([, b]) => b === 0);
    const reached = Math.abs(top - place) < 0.005 + SMALL;
    const before = act?.control === "m-step" ? act.from : null;
    const rise = (of: (at: number) => number): number => (before ? of(place) - of(before.place) : Number.NaN);
    const [riseL, riseF] = [rise(onL), before ? rise((at) => F(before, sharesOf(before), at)) : Number.NaN];
    return {
      clauses: [
        clause("B is at N", (at) => reads(at, place)),
        clause("A is held at N", (at) => act?.control === "held" && reads(at, held)),
        clause("Place θ is at N", (at) => act?.control === "other" && reads(at, other)),
        clause(
          "B went from N to the floor’s top, N",
          (from, to) =>
            before !== null &&
            reads(from, before.place) &&
            reads(to, place) &&
            Math.abs(place - topOf(before, sharesOf(before))) < SMALL,
        ),
        clause(
          "The floor rose by N, \\x4c at least as much, by N",
          (f, l) => reads(f, riseF) && riseF >= -SMALL && reads(l, riseL) && riseL >= riseF - SMALL,
        ),
        clause(
          "The floor rose by N, but \\x4c fell by N",
          (f, l) => reads(f, riseF) && riseF >= -SMALL && reads(l, -riseL) && riseL < SMALL,
        ),
        clause(
          "The floor rose by N, but \\x4c only by N",
          (f, l) => reads(f, riseF) && reads(l, riseL) && riseL < riseF + SMALL && riseL > -SMALL,
        ),
        clause("The shares are softmin at B", () => shares === "softmin"),
        clause("The shares are kept from N", (from) => shares === "kept" && reads(from, built)),
        clause("Each number goes to the nearest", () => shares === "hard"),
        clause("Each number goes half and half", () => shares === "uniform"),
        clause(
          "At B the floor touches \\x4c, at N, with its slope, N",
          (at, steep) => touches && reads(at, onL(place)) && reads(steep, slopes[0]) && reads(steep, slopes[1]),
        ),
        clause(
          "At B the gap is (< 0\\.01|\\d+\\.\\d\\d); the floor’s slope is N, \\x4c’s is N",
          (said, f, l) => gapReads(said, gap) && reads(f, slopes[1]) && reads(l, slopes[0]),
        ),
        clause("B has nothing: the floor is level", () => level),
        clause("Its top is here, to two decimals", () => !level && reached),
        clause(
          "Its top is at N, where \\x4c is N",
          (at, value) => !level && Math.abs(top - place) > 0.005 - SMALL && reads(at, top) && reads(value, onL(top)),
        ),
        clause(
          "\\x4c is higher elsewhere: N at N",
          (value, at) =>
            reached &&
            Number(value.replace("−", "-")) > onL(place) &&
            // The place is said to two decimals, and L may be steep there.
            Math.abs(onL(Number(at.replace("−", "-"))) - Number(value.replace("−", "-"))) <
              0.006 + 0.005 * Math.abs(slope(onL, Number(at.replace("−", "-")))),
        ),
        clause(
          "At θ the gap is (< 0\\.01|\\d+\\.\\d\\d): the sum of KL\\(q‖r\\)",
          (said) => gapReads(said, onL(other) - onF(other)) && gapReads(said, KL(state, q, other)),
        ),
      ],
      broken: [],
    };
  },
};
