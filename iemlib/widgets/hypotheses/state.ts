// Made from the traits of Hypotheses by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly index: "discrete" | "continuous";
  readonly energies: readonly number[];
  readonly out: readonly ("A" | "B" | "C" | "D" | "E" | "F" | "G" | "H")[];
  readonly coordinate: "bias" | "log-odds" | "squared bias";
  readonly bias: number;
  readonly cells: "1" | "2" | "4" | "8" | "16" | "32" | "64";
  readonly hide: readonly ("index" | "out" | "energies" | "coordinate" | "cells" | "bias" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  index: {"type": "choice", "options": ["discrete", "continuous"], "default": "discrete"},
  energies: {"type": "numbers", "low": 0.0, "high": 6.0, "step": 0.05, "most": 8, "default": [0.7, 1.5, 2.5, 3.7]},
  out: {"type": "subset", "options": ["A", "B", "C", "D", "E", "F", "G", "H"], "default": []},
  coordinate: {"type": "choice", "options": ["bias", "log-odds", "squared bias"], "default": "bias"},
  bias: {"type": "number", "low": 0.02, "high": 0.98, "step": 0.01, "default": 0.6},
  cells: {"type": "choice", "options": ["1", "2", "4", "8", "16", "32", "64"], "default": "1"},
  hide: {"type": "subset", "options": ["index", "out", "energies", "coordinate", "cells", "bias", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
