/** Energies: what its sentence may say of kernels and rulers, of the places halfway, and of what was moved. */
import type { State } from "../../../iemlib/widgets/energies/state";
import { implicit_em, type Mechanism, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { type Claims, type Clause, clause, ofState, reads } from "../clauses";

/** What is on the line, and how it is counted. */
export type Line = Pick<State, "z" | "prototypes" | "kernel" | "offset" | "unit" | "ruler">;

export const KERNELS = {
  squared_distance: "Squared distance",
  absolute: "Absolute distance",
  gaussian: "Gaussian with volume",
  dot_product: "Inner product",
} as const;
const RULERS = { given: "everybody’s ruler", own: "B’s own ruler" } as const;

/** The energy at z of a prototype m with a width, by other formulas than the widget's: −log of a density, … */
const FORMULAS: Readonly<Record<State["kernel"], (z: number, m: number, width: number) => number>> = {
  squared_distance: (z, m) => (z * z - 2 * z * m + m * m) / 2,
  absolute: (z, m) => Math.max(z - m, m - z),
  gaussian: (z, m, width) => -Math.log(Math.exp(-(((z - m) / width) ** 2) / 2) / (width * Math.sqrt(2 * Math.PI))),
  dot_product: (z, m) => -(z * m),
};
export const given = (s: Line, z: number): readonly number[] =>
  s.prototypes.map((m, k) => FORMULAS[s.kernel](z, m, k === 1 ? s.unit ** -0.5 : 1));
const factor = (s: Line): number => (s.kernel === "gaussian" ? 1 : s.unit);
export const counted = (s: Line, z: number): readonly number[] =>
  given(s, z).map((d, k) => (k === 1 ? factor(s) * d + s.offset : d));

const mechanism = (s: Line): Mechanism => {
  if (s.ruler === "own") return implicit_em;
  const ofB = (count: number, rest: number, own: number): readonly number[] =>
    Array.from({ length: count }, (_, k) => (k === 1 ? own : rest));
  const energies = {
    ...implicit_em.energies,
    unit: (count: number) => ofB(count, 1, factor(s)),
    offset: (count: number) => ofB(count, 0, s.offset),
  };
  return { ...implicit_em, energies };
};

/** The largest difference between the energies of two neighbours, halfway between them. */
const apart = (s: Line): number => {
  const standing = s.prototypes.map((m, k) => ({ m, k })).sort((a, b) => a.m - b.m || a.k - b.k);
  return Math.max(
    ...standing.slice(1).map((right, i) => {
      const left = standing[i];
      const e = counted(s, (left.m + right.m) / 2);
      return Math.abs(e[left.k] - e[right.k]);
    }),
  );
};

/** Clauses about one number that was moved. */
const ofQuantities = (s: Line): readonly Clause[] => [
  clause("Datum z is N", (z) => reads(z, s.z)),
  clause("Prototype of L is N", (name, m) => reads(m, s.prototypes["ABCDEFGH".indexOf(name)])),
  clause(
    "B’s own zero is ([+−]?\\d\\.\\d\\d) nats",
    (b) => reads(b.replace("+", ""), s.offset) && b.startsWith("+") === s.offset > 0,
  ),
  clause("B’s own unit is N", (a) => s.kernel !== "gaussian" && reads(a, s.unit)),
  clause(
    "B’s own unit is N, volume ([+−]?\\d\\.\\d\\d)",
    (a, volume) =>
      s.kernel === "gaussian" && reads(a, s.unit) && reads(volume.replace("+", ""), Math.log(s.unit ** -0.5)),
  ),
];

export const claims: Claims<State> = {
  states: [
    { offset: 1 },
    { unit: 0.25 },
    { unit: 0.2 },
    { kernel: "gaussian", unit: 0.25 },
    { unit: 0.25, offset: Math.log(2) },
    { kernel: "dot_product", offset: -2 },
    { prototypes: [0, 0, 0] },
    { prototypes: [1] },
    { offset: 0.001 },
    { kernel: "absolute", prototypes: [1, 2], offset: -1 },
  ],
  of: (s) => {
    const d = (s.ruler === "own" ? counted : given)(s, s.z);
    const failing = broken(measure(mechanism(s), d));
    const clauses = [
      ...ofState(pass(mechanism(s), d), failing),
      ...ofQuantities(s),
      clause(
        "([A-Z][a-z]+ [a-z ]+), measured on (everybody’s ruler|B’s own ruler)",
        (kernel, ruler) => kernel === KERNELS[s.kernel] && ruler === RULERS[s.ruler],
      ),
      clause("Halfway between neighbours, energies are equal", () => s.prototypes.length > 1 && apart(s) < 1e-6),
      clause(
        "Halfway between neighbours, energies differ by up to N",
        (gap) => s.prototypes.length > 1 && apart(s) > 0 && reads(gap, apart(s)),
      ),
    ];
    return { clauses, broken: failing };
  },
};
