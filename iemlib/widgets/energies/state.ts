// Made from the traits of Energies by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly z: number;
  readonly prototypes: readonly number[];
  readonly kernel: "squared_distance" | "absolute" | "gaussian" | "dot_product";
  readonly offset: number;
  readonly unit: number;
  readonly ruler: "given" | "own";
  readonly hide: readonly ("kernel" | "offset" | "unit" | "ruler" | "prototypes" | "z" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  z: {"type": "number", "low": -4.0, "high": 4.0, "step": 0.05, "default": 0.6},
  prototypes: {"type": "numbers", "low": -4.0, "high": 4.0, "step": 0.05, "most": 8, "default": [-2.0, 0.0, 2.0]},
  kernel: {"type": "choice", "options": ["squared_distance", "absolute", "gaussian", "dot_product"], "default": "squared_distance"},
  offset: {"type": "number", "low": -2.0, "high": 2.0, "step": 0.05, "default": 0.0},
  unit: {"type": "number", "low": 0.1, "high": 2.5, "step": 0.05, "default": 1.0},
  ruler: {"type": "choice", "options": ["given", "own"], "default": "given"},
  hide: {"type": "subset", "options": ["kernel", "offset", "unit", "ruler", "prototypes", "z", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
