// Made from the traits of Classes by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly energies: readonly number[];
  readonly label: "none" | "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H";
  readonly smoothing: number;
  readonly hide: readonly ("label" | "smoothing" | "energies" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  energies: {"type": "numbers", "low": 0.0, "high": 6.0, "step": 0.05, "most": 8, "default": [0.7, 1.5, 2.5, 3.7]},
  label: {"type": "choice", "options": ["none", "A", "B", "C", "D", "E", "F", "G", "H"], "default": "none"},
  smoothing: {"type": "number", "low": 0.0, "high": 0.5, "step": 0.05, "default": 0.0},
  hide: {"type": "subset", "options": ["label", "smoothing", "energies", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
