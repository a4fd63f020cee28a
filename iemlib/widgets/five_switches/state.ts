// Made from the traits of FiveSwitches by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly energies: readonly number[];
  readonly removed: readonly ("hypotheses" | "energies" | "exponentiation" | "normalization" | "objective")[];
  readonly hide: readonly ("handles" | "hypotheses" | "energies" | "exponentiation" | "normalization" | "objective" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  energies: {"type": "numbers", "low": 0.0, "high": 6.0, "step": 0.05, "most": 8, "default": [0.7, 1.5, 2.5, 3.7]},
  removed: {"type": "subset", "options": ["hypotheses", "energies", "exponentiation", "normalization", "objective"], "default": []},
  hide: {"type": "subset", "options": ["handles", "hypotheses", "energies", "exponentiation", "normalization", "objective", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
