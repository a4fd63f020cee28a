// Made from the traits of Normalization by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly energies: readonly number[];
  readonly start: readonly number[];
  readonly instead: "none" | "independent" | "hard" | "top_k" | "sparsemax" | "off_by_one";
  readonly hide: readonly ("energies" | "instead" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  energies: {"type": "numbers", "low": 0.0, "high": 4.0, "step": 0.05, "most": 8, "default": [0.6931471805599453, 1.2039728043259361, 1.6094379124341003]},
  start: {"type": "numbers", "low": 0.0, "high": 4.0, "step": 0.05, "most": 8, "default": [0.6931471805599453, 1.2039728043259361, 1.6094379124341003]},
  instead: {"type": "choice", "options": ["none", "independent", "hard", "top_k", "sparsemax", "off_by_one"], "default": "none"},
  hide: {"type": "subset", "options": ["energies", "instead", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
