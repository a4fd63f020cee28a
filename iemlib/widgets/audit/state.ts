// Made from the traits of Audit by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly formula: string;
  readonly hypotheses: "4" | "2" | "3" | "5" | "6";
  readonly goal: "maximized" | "minimized";
  readonly energies: readonly number[];
  readonly hide: readonly ("formula" | "hypotheses" | "goal" | "energies" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  formula: {"type": "choice", "options": ["log(sum(exp(-d)))", "0.5*log(sum(exp(-d/0.5)))", "log(softmin(d)[y])", "0.9*log(softmin(d)[y]) + 0.1*mean(log(softmin(d)))", "log(softmin(d/0.07)[y])", "log(1 + sum(exp(-d)))", "log(softmin(d)[0] + softmin(d)[1])", "(1 - softmin(d)[y])^2 * log(softmin(d)[y])", "2*softmin(d)[y] - sum(softmin(d)^2)", "-sum(softmin(d)*d)", "log(sum((1 + d)^-3))", "-d[y] - sum(softplus(-d))", "sum(softplus(-d))", "sum(exp(-d))", "max(-d)", "mean(-d)"], "most": 300, "default": "log(sum(exp(-d)))"},
  hypotheses: {"type": "choice", "options": ["4", "2", "3", "5", "6"], "default": "4"},
  goal: {"type": "choice", "options": ["maximized", "minimized"], "default": "maximized"},
  energies: {"type": "numbers", "low": -50.0, "high": 50.0, "step": 0.5, "least": 2, "most": 6, "default": [0.5, 1.5, 2.5, 3.5]},
  hide: {"type": "subset", "options": ["formula", "hypotheses", "goal", "energies", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
