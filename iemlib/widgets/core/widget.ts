/** What a widget is to the frame: two pure functions of its state, and words. */
import type { ComponentChild } from "preact";
import { LETTERS } from "../marks/format";
import type { Vector } from "../math/array";
import { type Mechanism, type Passage, pass } from "../math/mechanism";
import { type Measurement, measure } from "../math/meters";
import type { Schema, Shared, Span, State, TraitsOf } from "./schema";

/** Whatever can be drawn inside an element. */
export type Child = ComponentChild;

/** Numbers to be read off: a heading, rows that begin with a name, a line beneath. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly [string, ...number[]])[];
  readonly note?: readonly [string, number];
}

/** The numbers of a state: everything drawn and said is made of these. */
export interface Reading {
  /** The six meters, where there is one mechanism to be measured. */
  readonly measurement: Measurement | null;
  readonly numbers: Table;
}

/** The numbers of one mechanism at one vector of energies. */
export interface PipeReading extends Reading {
  readonly mechanism: Mechanism;
  /** The energies that enter the mechanism. */
  readonly energies: Vector;
  readonly passage: Passage;
  readonly measurement: Measurement;
}

/** `names` are those of the hypotheses, where they have other names than letters. */
export const readPipe = (mechanism: Mechanism, energies: Vector, names: readonly string[] = LETTERS): PipeReading => {
  const passage = pass(mechanism, energies);
  const { kept, d, likelihoods, scores, credit, value } = passage;
  return {
    mechanism,
    energies,
    passage,
    measurement: measure(mechanism, energies, passage),
    numbers: {
      head: ["hypothesis", "energy d", "likelihood φ", "score s", "credit c"],
      rows: kept.map((h, i) => [names[h], d[i], likelihoods[i], scores[i], credit[i]]),
      note: ["Objective L", value],
    },
  };
};

/** The controls that a teacher's link may hide. */
export type Control<S> = S extends { readonly hide: readonly (infer C extends string)[] } ? C : never;

export interface Hands<S> {
  /** Change the state; `act` names the control, `held` says that a hand is on it and nothing must be animated. */
  readonly set: (change: Partial<S>, act: string, held?: boolean) => void;
  /** The range and the step of a trait of numbers, as its schema has them. */
  readonly span: (trait: TraitsOf<S, number> | TraitsOf<S, readonly number[]>) => Span;
  /** The words of a choice, in its schema's order. */
  readonly options: <K extends TraitsOf<S, string>>(trait: K) => readonly (S[K] & string)[];
  /** Whether the control is there: a teacher's link may hide it. */
  readonly shows: (control: Control<S>) => boolean;
  /** Whether the control still waits for the reader's guess. */
  readonly locked: (control: Control<S>) => boolean;
  /** Whether a question waits for its guess: what would give it away is not shown yet. */
  readonly waiting: boolean;
  readonly id: string;
  /** The sentence, for a picture that places it itself. */
  readonly said: Child;
}

/** The last thing the reader did: which control, and the state before it was touched. */
export interface Act<S> {
  readonly control: string;
  readonly from: S;
}

export interface Definition<S extends Shared = State, R extends Reading = Reading> {
  readonly tag: `iem-${string}`;
  readonly schema: Schema;
  /** Its name, by its state where a page may have two of a kind: no two on a page have one name. */
  readonly title: string | ((state: S) => string);
  readonly lede: Child;
  /** Height in units when it fills a screen of width 1180. */
  readonly tall: (state: S) => number;
  readonly read: (state: S) => R;
  readonly picture: (state: S, reading: R, hands: Hands<S>) => Child;
  /** The picture has the sentence inside it. */
  readonly placesSentence?: boolean;
  /** Says whose meters these are, where there is more than one pipe in the picture. */
  readonly metersOf?: (state: S) => string;
  readonly sentence: (state: S, reading: R, act: Act<S> | null) => Child;
}

/** Definitions know their own state's type; the frame only that it is one. */
export const widget = <S extends Shared, R extends Reading>(definition: Definition<S, R>): Definition =>
  definition as unknown as Definition;
