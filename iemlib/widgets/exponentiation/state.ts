// Made from the traits of Exponentiation by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly energies: readonly number[];
  readonly likelihood: "exponential" | "linear" | "power" | "softplus" | "logistic";
  readonly shift: number;
  readonly offset: number;
  readonly power: number;
  readonly hide: readonly ("likelihood" | "shift" | "energies" | "offset" | "power" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  energies: {"type": "numbers", "low": 0.0, "high": 4.0, "step": 0.05, "most": 8, "default": [0.4, 1.0, 1.8, 2.8]},
  likelihood: {"type": "choice", "options": ["exponential", "linear", "power", "softplus", "logistic"], "default": "exponential"},
  shift: {"type": "number", "low": -0.4, "high": 2.0, "step": 0.05, "default": 0.0},
  offset: {"type": "number", "low": 1.0, "high": 8.0, "step": 0.1, "default": 5.0},
  power: {"type": "number", "low": 0.5, "high": 6.0, "step": 0.05, "default": 3.0},
  hide: {"type": "subset", "options": ["likelihood", "shift", "energies", "offset", "power", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
