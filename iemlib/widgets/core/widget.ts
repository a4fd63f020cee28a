/** What a widget is to the frame: two pure functions of its state, and words. */
import { pass, type Mechanism, type Passage } from "../math/mechanism";
import { measure, type Measurement } from "../math/meters";
import type { Vector } from "../math/array";
import type { State } from "./schema";
import { LETTERS } from "../marks/format";
import type { Child } from "../marks/h";

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
  return {
    mechanism,
    energies,
    passage,
    measurement: measure(mechanism, energies, passage),
    numbers: {
      head: ["hypothesis", "energy d", "likelihood φ", "score s", "credit c"],
      rows: passage.kept.map((k, i) => [names[k], passage.d[i], passage.likelihoods[i], passage.scores[i], passage.credit[i]]),
      note: ["Objective L", passage.value],
    },
  };
};

/** What a slider may be set to. */
export interface Rule {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

export interface Hands<S> {
  /** Change the state; `act` names the control, `moved` says that it is held and must not be animated. */
  readonly set: (change: Partial<S>, act: string, moved?: boolean) => void;
  /** The range and the step of a trait, as its schema has them. */
  readonly rule: (trait: string) => Rule;
  /** Whether the control is there: a teacher's link may hide it. */
  readonly shows: (control: string) => boolean;
  /** Whether the control still waits for the reader's guess. */
  readonly locked: (control: string) => boolean;
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

export interface Definition<S extends State = State, R extends Reading = Reading> {
  readonly tag: `iem-${string}`;
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
export const widget = <S extends State, R extends Reading>(definition: Definition<S, R>): Definition =>
  definition as unknown as Definition;
