// Made from the traits of Sign by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly z: number;
  readonly mean: number;
  readonly width: number;
  readonly hide: readonly ("z" | "mean" | "width" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  z: {"type": "number", "low": -3.0, "high": 3.0, "step": 0.05, "default": 0.5},
  mean: {"type": "number", "low": 0.5, "high": 2.5, "step": 0.05, "default": 1.0},
  width: {"type": "number", "low": 0.05, "high": 1.5, "step": 0.05, "default": 1.0},
  hide: {"type": "subset", "options": ["z", "mean", "width", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
