// Made from the traits of Learning by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly step: number;
  readonly start: "far" | "near" | "between";
  readonly seed: number;
  readonly rate: number;
  readonly without: readonly ("em" | "gradient" | "hard" | "independent" | "unnormalized")[];
  readonly hide: readonly ("step" | "start" | "seed" | "rate" | "without" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  step: {"type": "number", "low": 0, "high": 50, "step": 1, "default": 0},
  start: {"type": "choice", "options": ["far", "near", "between"], "default": "far"},
  seed: {"type": "number", "low": 0, "high": 99, "step": 1, "default": 7},
  rate: {"type": "number", "low": 0.2, "high": 4.0, "step": 0.1, "default": 1.2},
  without: {"type": "subset", "options": ["em", "gradient", "hard", "independent", "unnormalized"], "default": []},
  hide: {"type": "subset", "options": ["step", "start", "seed", "rate", "without", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
