// Made from the traits of Objective by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly energy_a: number;
  readonly energy_b: number;
  readonly objective: "log_sum_exp" | "expected_energy" | "mean" | "maximum" | "total" | "fenchel_young";
  readonly temperature: number;
  readonly alpha: number;
  readonly hide: readonly ("objective" | "temperature" | "alpha" | "energies" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  energy_a: {"type": "number", "low": 0.0, "high": 2.0, "step": 0.05, "default": 0.4},
  energy_b: {"type": "number", "low": 0.0, "high": 2.0, "step": 0.05, "default": 1.9},
  objective: {"type": "choice", "options": ["log_sum_exp", "expected_energy", "mean", "maximum", "total", "fenchel_young"], "default": "log_sum_exp"},
  temperature: {"type": "number", "low": 0.2, "high": 3.0, "step": 0.05, "default": 1.0},
  alpha: {"type": "number", "low": 0.0, "high": 3.0, "step": 0.05, "default": 1.5},
  hide: {"type": "subset", "options": ["objective", "temperature", "alpha", "energies", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
