// Made from the traits of Network by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly network: "distances" | "relu" | "variance";
  readonly moment: number;
  readonly digit: "8" | "0" | "2" | "3";
  readonly hide: readonly ("network" | "moment" | "digit" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  network: {"type": "choice", "options": ["distances", "relu", "variance"], "default": "distances"},
  moment: {"type": "number", "low": 0, "high": 9, "step": 1, "default": 0},
  digit: {"type": "choice", "options": ["8", "0", "2", "3"], "default": "8"},
  hide: {"type": "subset", "options": ["network", "moment", "digit", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
