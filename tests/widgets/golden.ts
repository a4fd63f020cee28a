/** The golden vectors of tests/golden, read as the widgets' own types. */
import { readFileSync } from "node:fs";
import type { Matrix, Vector } from "../../iemlib/widgets/math/array";
import { own_offset, own_unit, type Energies } from "../../iemlib/widgets/math/energies";
import { linear, power, softplus, type Likelihood } from "../../iemlib/widgets/math/exponentiation";
import { first, type Hypotheses } from "../../iemlib/widgets/math/hypotheses";
import { implicit_em, type Mechanism, type Part } from "../../iemlib/widgets/math/mechanism";
import type { Meter } from "../../iemlib/widgets/math/meters";
import { entmax, hard, independent, none, top_k, type Normalization } from "../../iemlib/widgets/math/normalization";
import {
  expected_energy,
  fenchel_young,
  log_sigmoid,
  max,
  mean,
  total,
  unscaled,
  type Objective,
} from "../../iemlib/widgets/math/objective";

/** A number, or one of the words nan, inf and -inf. */
type Written = number | string;
interface Spec {
  readonly kind: string;
  readonly [argument: string]: Written;
}

export interface MechanismCase {
  readonly name: string;
  readonly energies: readonly number[];
  readonly temperature: number;
  readonly removed: Partial<Record<Part, Spec>>;
  readonly scores: readonly Written[];
  readonly credit: readonly Written[];
  readonly value: Written;
  readonly coupling: readonly (readonly Written[])[];
  readonly meters: Readonly<Record<Meter | "sum_scores" | "sum_credit", Written>>;
  readonly holds: Readonly<Record<Meter, boolean | null>>;
}
export interface EdgeCase {
  readonly name: string;
  readonly energies: readonly Written[];
  readonly temperature: number;
  readonly responsibilities: readonly Written[];
  readonly log_sum_exp: Written;
}
export interface CoinCase {
  readonly heads: number;
  readonly tails: number;
  readonly cells: Readonly<Record<string, readonly number[]>>;
  readonly biases: readonly number[];
  readonly densities: Readonly<Record<string, readonly number[]>>;
}
export interface LinkCase {
  readonly name: string;
  readonly widgets: readonly {
    readonly element: string;
    readonly id: string;
    readonly state: Readonly<Record<string, unknown>>;
  }[];
  readonly fragment: string;
}

export const ROOT = new URL("../../", import.meta.url);
const cases = <T>(file: string): readonly T[] =>
  (JSON.parse(readFileSync(new URL(`tests/golden/${file}.json`, ROOT), "utf8")) as { readonly cases: readonly T[] })
    .cases;
export const MECHANISM = cases<MechanismCase>("mechanism");
export const EDGES = cases<EdgeCase>("edges");
export const COIN = cases<CoinCase>("coin");
export const LINKS = cases<LinkCase>("links");

const WORDS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};
export const number = (v: Written): number => {
  const read = typeof v === "number" ? v : WORDS[v];
  if (read === undefined) throw new Error(`No number is written ${v}.`);
  return read;
};
export const numbers = (v: readonly Written[]): Vector => v.map(number);
export const rows = (v: readonly (readonly Written[])[]): Matrix => v.map(numbers);

type Table<T> = Readonly<Record<string, (spec: Spec) => T>>;
const HYPOTHESES: Table<Hypotheses> = { first: () => first() };
const ENERGIES: Table<Energies> = {
  offset: (s) => own_offset(number(s["amount"]), number(s["index"])),
  unit: (s) => own_unit(number(s["factor"]), number(s["index"])),
};
const EXPONENTIATION: Table<Likelihood> = {
  linear: (s) => linear(number(s["offset"])),
  power: (s) => power(number(s["p"])),
  softplus: () => softplus(),
};
const NORMALIZATION: Table<Normalization> = {
  none: () => none(),
  independent: () => independent(),
  hard: () => hard(),
  top_k: (s) => top_k(number(s["k"])),
  entmax: (s) => entmax(number(s["alpha"])),
};
const OBJECTIVE: Table<Objective> = {
  expected_energy: () => expected_energy(),
  mean: () => mean(),
  max: () => max(),
  sum: () => total(),
  log_sigmoid: () => log_sigmoid(),
  fenchel_young: (s) => fenchel_young(number(s["alpha"])),
  unscaled: () => unscaled(),
};
const made = <T>(table: Table<T>, spec: Spec | undefined, exact: T): T => {
  if (!spec) return exact;
  const make = table[spec.kind];
  if (!make) throw new Error(`Nothing makes ${JSON.stringify(spec)}.`);
  return make(spec);
};

/** The mechanism that a case describes. */
export const built = (removed: MechanismCase["removed"], temperature = 1): Mechanism => ({
  hypotheses: made(HYPOTHESES, removed.hypotheses, implicit_em.hypotheses),
  energies: made(ENERGIES, removed.energies, implicit_em.energies),
  exponentiation: made(EXPONENTIATION, removed.exponentiation, implicit_em.exponentiation),
  normalization: made(NORMALIZATION, removed.normalization, implicit_em.normalization),
  objective: made(OBJECTIVE, removed.objective, implicit_em.objective),
  temperature,
});
