// Made from the traits of Experts by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly x: number;
  readonly y: number;
  readonly heights: readonly number[];
  readonly slopes: readonly number[];
  readonly places: readonly number[];
  readonly sharpness: number;
  readonly width: number;
  readonly maximize: "likelihood" | "average" | "top_k" | "selected";
  readonly k: number;
  readonly hide: readonly ("maximize" | "k" | "x" | "y" | "heights" | "places" | "sharpness" | "width" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  x: {"type": "number", "low": 0.0, "high": 10.0, "step": 0.1, "default": 3.9},
  y: {"type": "number", "low": 0.0, "high": 6.0, "step": 0.1, "default": 5.4},
  heights: {"type": "numbers", "low": 0.0, "high": 6.0, "step": 0.1, "most": 8, "default": [3.0, 3.0, 3.6]},
  slopes: {"type": "numbers", "low": -2.0, "high": 2.0, "step": 0.1, "most": 8, "default": [1.1, -1.1, 1.0]},
  places: {"type": "numbers", "low": 0.0, "high": 10.0, "step": 0.1, "most": 8, "default": [1.8, 5.0, 8.2]},
  sharpness: {"type": "number", "low": 0.0, "high": 2.0, "step": 0.05, "default": 0.5},
  width: {"type": "number", "low": 0.3, "high": 2.0, "step": 0.05, "default": 0.6},
  maximize: {"type": "choice", "options": ["likelihood", "average", "top_k", "selected"], "default": "likelihood"},
  k: {"type": "number", "low": 1.0, "high": 8.0, "step": 1.0, "default": 1.0},
  hide: {"type": "subset", "options": ["maximize", "k", "x", "y", "heights", "places", "sharpness", "width", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
