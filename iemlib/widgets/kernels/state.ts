// Made from the traits of Kernels by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly kernel: "squared_distance" | "absolute" | "cauchy";
  readonly places: readonly number[];
  readonly points: readonly number[];
  readonly spread: number;
  readonly datum: number;
  readonly rate: number;
  readonly step: number;
  readonly hide: readonly ("kernel" | "datum" | "spread" | "rate" | "step" | "places" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  kernel: {"type": "choice", "options": ["squared_distance", "absolute", "cauchy"], "default": "squared_distance"},
  places: {"type": "numbers", "low": -6.0, "high": 6.0, "step": 0.1, "most": 8, "default": [-1.0, 2.0]},
  points: {"type": "numbers", "low": -1.0, "high": 1.0, "step": 0.1, "most": 8, "default": [-1.0, -0.6, 0.2, 1.0]},
  spread: {"type": "number", "low": 0.5, "high": 6.0, "step": 0.1, "default": 5.0},
  datum: {"type": "number", "low": -6.0, "high": 6.0, "step": 0.1, "default": 0.0},
  rate: {"type": "number", "low": 0.05, "high": 1.0, "step": 0.05, "default": 0.5},
  step: {"type": "number", "low": 0.0, "high": 20.0, "step": 1.0, "default": 6.0},
  hide: {"type": "subset", "options": ["kernel", "datum", "spread", "rate", "step", "places", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
