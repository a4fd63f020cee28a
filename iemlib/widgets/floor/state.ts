// Made from the traits of Floor by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly data: readonly number[];
  readonly held: number;
  readonly place: number;
  readonly built: number;
  readonly other: number;
  readonly shares: "softmin" | "kept" | "hard" | "uniform";
  readonly hide: readonly ("shares" | "step" | "place" | "held" | "other" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  data: {"type": "numbers", "low": 0.0, "high": 7.0, "step": 0.1, "most": 8, "default": [0.0, 1.0, 2.0, 5.0, 6.0]},
  held: {"type": "number", "low": 0.0, "high": 7.0, "step": 0.05, "default": 2.5},
  place: {"type": "number", "low": 0.0, "high": 7.0, "step": 0.05, "default": 4.0},
  built: {"type": "number", "low": 0.0, "high": 7.0, "step": 0.05, "default": 4.0},
  other: {"type": "number", "low": 0.0, "high": 7.0, "step": 0.05, "default": 6.5},
  shares: {"type": "choice", "options": ["softmin", "kept", "hard", "uniform"], "default": "softmin"},
  hide: {"type": "subset", "options": ["shares", "step", "place", "held", "other", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
