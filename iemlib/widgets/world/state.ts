// Made from the traits of World by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly kernel: "squared_distance" | "distance" | "cauchy";
  readonly beyond: "nothing" | "background" | "threshold";
  readonly direction: number;
  readonly distance: number;
  readonly level: number;
  readonly hide: readonly ("kernel" | "beyond" | "direction" | "distance" | "level" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  kernel: {"type": "choice", "options": ["squared_distance", "distance", "cauchy"], "default": "squared_distance"},
  beyond: {"type": "choice", "options": ["nothing", "background", "threshold"], "default": "nothing"},
  direction: {"type": "number", "low": -180.0, "high": 180.0, "step": 5.0, "default": 40.0},
  distance: {"type": "number", "low": 1.0, "high": 1000.0, "step": 0.01, "default": 2.0},
  level: {"type": "number", "low": 0.0, "high": 12.0, "step": 0.25, "default": 8.0},
  hide: {"type": "subset", "options": ["kernel", "beyond", "direction", "distance", "level", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
