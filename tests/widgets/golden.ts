/** The golden vectors of tests/golden, read as the widgets' own types. */
import { readFileSync } from "node:fs";
import type { Matrix, Vector } from "../../iemlib/widgets/math/array";
import * as energies from "../../iemlib/widgets/math/energies";
import * as exponentiation from "../../iemlib/widgets/math/exponentiation";
import * as hypotheses from "../../iemlib/widgets/math/hypotheses";
import { implicit_em, type Mechanism, PARTS, type Part } from "../../iemlib/widgets/math/mechanism";
import type { Meter } from "../../iemlib/widgets/math/meters";
import * as normalization from "../../iemlib/widgets/math/normalization";
import * as objective from "../../iemlib/widgets/math/objective";

/** A number, or one of the words nan, inf and -inf. */
type Written = number | string;
/** A part by its class in Python, with that one's parameters. */
interface Spec {
  readonly kind: string;
  readonly [parameter: string]: unknown;
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
export interface AuditCase {
  readonly name: string;
  readonly formula: string;
  readonly hypotheses: number;
  readonly maximized: boolean;
  /** null where there is nothing to compare. */
  readonly holds: Readonly<Record<Meter, boolean | null>>;
  readonly form: {
    readonly weight: number;
    readonly temperature: number;
    readonly clamp: Vector;
    readonly silent: number | null;
    readonly prior: Vector;
  } | null;
}
interface LinkedWidget {
  readonly element: string;
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}
export interface LinkCase {
  readonly name: string;
  readonly widgets: readonly LinkedWidget[];
  readonly fragment: string;
}

export const ROOT = new URL("../../", import.meta.url);
const cases = <T>(file: string): readonly T[] => {
  const text = readFileSync(new URL(`tests/golden/${file}.json`, ROOT), "utf8");
  return (JSON.parse(text) as { readonly cases: readonly T[] }).cases;
};
export const MECHANISM = cases<MechanismCase>("mechanism");
export const EDGES = cases<EdgeCase>("edges");
export const COIN = cases<CoinCase>("coin");
export const AUDITS = cases<AuditCase>("audit");
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

type Factory = (parameters: Readonly<Record<string, unknown>>) => Mechanism[Part];
/** The five rooms: each part is made by the function of its name. */
const ROOMS = { hypotheses, energies, exponentiation, normalization, objective };
const made = (room: Part, { kind, ...parameters }: Spec): Mechanism[Part] => {
  const factory = (ROOMS[room] as unknown as Readonly<Record<string, Factory | undefined>>)[kind];
  if (!factory) throw new Error(`There is no ${kind} in ${room}.`);
  return factory(parameters);
};

/** The mechanism that a case describes. */
export const built = (removed: MechanismCase["removed"], temperature = 1): Mechanism => {
  const parts = PARTS.flatMap((room) => {
    const spec = removed[room];
    return spec ? [[room, made(room, spec)]] : [];
  });
  return { ...implicit_em, ...Object.fromEntries(parts), temperature };
};
