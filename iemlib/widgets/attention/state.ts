// Made from the traits of Attention by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly query_across: number;
  readonly query_up: number;
  readonly keys_across: readonly number[];
  readonly keys_up: readonly number[];
  readonly values_across: readonly number[];
  readonly values_up: readonly number[];
  readonly direction: number;
  readonly tied: "off" | "on";
  readonly sink: "off" | "on";
  readonly lengths: "own" | "equal";
  readonly hide: readonly ("query" | "keys" | "values" | "direction" | "tied" | "sink" | "lengths" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  query_across: {"type": "number", "low": -2.3, "high": 2.3, "step": 0.01, "default": 0.75},
  query_up: {"type": "number", "low": -2.3, "high": 2.3, "step": 0.01, "default": 0.85},
  keys_across: {"type": "numbers", "low": -2.3, "high": 2.3, "step": 0.01, "most": 8, "default": [1.1, -0.35, -1.5, 1.05]},
  keys_up: {"type": "numbers", "low": -2.3, "high": 2.3, "step": 0.01, "most": 8, "default": [0.45, 2.1, -0.75, -1.4]},
  values_across: {"type": "numbers", "low": -2.3, "high": 2.3, "step": 0.01, "most": 8, "default": [2.1, -1.6, -1.95, 1.5]},
  values_up: {"type": "numbers", "low": -2.3, "high": 2.3, "step": 0.01, "most": 8, "default": [-0.15, 1.25, -1.85, -2.05]},
  direction: {"type": "number", "low": -180.0, "high": 180.0, "step": 5.0, "default": 160.0},
  tied: {"type": "choice", "options": ["off", "on"], "default": "off"},
  sink: {"type": "choice", "options": ["off", "on"], "default": "off"},
  lengths: {"type": "choice", "options": ["own", "equal"], "default": "own"},
  hide: {"type": "subset", "options": ["query", "keys", "values", "direction", "tied", "sink", "lengths", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
