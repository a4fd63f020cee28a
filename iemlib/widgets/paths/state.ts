// Made from the traits of Paths by `make widgets`.
import type { NoQuestion, Question, Schema } from "../core/schema";

export type State = {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly c: readonly number[];
  readonly edges: readonly number[];
  readonly forbidden: readonly ("A1-A2" | "A1-B2" | "A1-C2" | "B1-A2" | "B1-B2" | "B1-C2" | "C1-A2" | "C1-B2" | "C1-C2" | "A2-A3" | "A2-B3" | "A2-C3" | "B2-A3" | "B2-B3" | "B2-C3" | "C2-A3" | "C2-B3" | "C2-C3" | "A3-A4" | "A3-B4" | "A3-C4" | "B3-A4" | "B3-B4" | "B3-C4" | "C3-A4" | "C3-B4" | "C3-C4" | "A4-A5" | "A4-B5" | "A4-C5" | "B4-A5" | "B4-B5" | "B4-C5" | "C4-A5" | "C4-B5" | "C4-C5")[];
  readonly edge: "A1-A2" | "A1-B2" | "A1-C2" | "B1-A2" | "B1-B2" | "B1-C2" | "C1-A2" | "C1-B2" | "C1-C2" | "A2-A3" | "A2-B3" | "A2-C3" | "B2-A3" | "B2-B3" | "B2-C3" | "C2-A3" | "C2-B3" | "C2-C3" | "A3-A4" | "A3-B4" | "A3-C4" | "B3-A4" | "B3-B4" | "B3-C4" | "C3-A4" | "C3-B4" | "C3-C4" | "A4-A5" | "A4-B5" | "A4-C5" | "B4-A5" | "B4-B5" | "B4-C5" | "C4-A5" | "C4-B5" | "C4-C5";
  readonly by: "forward-backward" | "backprop";
  readonly hide: readonly ("states" | "edge" | "energy" | "forbidden" | "by" | "reset" | "copy" | "projector")[];
  readonly predict: Question | NoQuestion;
  readonly guess: number;
};

export const schema = {
  a: {"type": "numbers", "low": 0.0, "high": 4.0, "step": 0.1, "least": 5, "most": 5, "default": [0.3, 0.8, 2.4, 2.8, 3.0]},
  b: {"type": "numbers", "low": 0.0, "high": 4.0, "step": 0.1, "least": 5, "most": 5, "default": [1.6, 0.7, 0.4, 1.2, 2.0]},
  c: {"type": "numbers", "low": 0.0, "high": 4.0, "step": 0.1, "least": 5, "most": 5, "default": [2.6, 2.4, 1.4, 0.6, 0.3]},
  edges: {"type": "numbers", "low": 0.0, "high": 4.0, "step": 0.1, "least": 36, "most": 36, "default": [0.0, 0.9, 0.9, 0.9, 0.0, 0.9, 0.9, 0.9, 0.0, 0.0, 0.9, 0.9, 0.9, 0.0, 0.9, 0.9, 0.9, 0.0, 0.0, 0.9, 0.9, 0.9, 0.0, 0.9, 0.9, 0.9, 0.0, 0.0, 0.9, 0.9, 0.9, 0.0, 0.9, 0.9, 0.9, 0.0]},
  forbidden: {"type": "subset", "options": ["A1-A2", "A1-B2", "A1-C2", "B1-A2", "B1-B2", "B1-C2", "C1-A2", "C1-B2", "C1-C2", "A2-A3", "A2-B3", "A2-C3", "B2-A3", "B2-B3", "B2-C3", "C2-A3", "C2-B3", "C2-C3", "A3-A4", "A3-B4", "A3-C4", "B3-A4", "B3-B4", "B3-C4", "C3-A4", "C3-B4", "C3-C4", "A4-A5", "A4-B5", "A4-C5", "B4-A5", "B4-B5", "B4-C5", "C4-A5", "C4-B5", "C4-C5"], "default": []},
  edge: {"type": "choice", "options": ["A1-A2", "A1-B2", "A1-C2", "B1-A2", "B1-B2", "B1-C2", "C1-A2", "C1-B2", "C1-C2", "A2-A3", "A2-B3", "A2-C3", "B2-A3", "B2-B3", "B2-C3", "C2-A3", "C2-B3", "C2-C3", "A3-A4", "A3-B4", "A3-C4", "B3-A4", "B3-B4", "B3-C4", "C3-A4", "C3-B4", "C3-C4", "A4-A5", "A4-B5", "A4-C5", "B4-A5", "B4-B5", "B4-C5", "C4-A5", "C4-B5", "C4-C5"], "default": "A1-A2"},
  by: {"type": "choice", "options": ["forward-backward", "backprop"], "default": "forward-backward"},
  hide: {"type": "subset", "options": ["states", "edge", "energy", "forbidden", "by", "reset", "copy", "projector"], "default": []},
  predict: {"type": "question", "default": {}},
  guess: {"type": "guess", "default": -1},
} as const satisfies Schema;
