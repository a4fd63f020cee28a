// Made from the traits of Split by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly temperature: number;
  readonly way: "cooled" | "at once";
  readonly data: "groups" | "two" | "rows";
  readonly hide: readonly ("temperature" | "way" | "data" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  temperature: {"type": "number", "low": 0.2, "high": 6.0, "step": 0.01, "default": 6.0},
  way: {"type": "choice", "options": ["cooled", "at once"], "default": "cooled"},
  data: {"type": "choice", "options": ["groups", "two", "rows"], "default": "groups"},
  hide: {"type": "subset", "options": ["temperature", "way", "data", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
