/** Assumption 4: likelihoods are normalized across hypotheses, and what people do instead. */

export * from "./entmax";
export type { Normalization, Normalized } from "./part";
export * from "./separate";
export * from "./shared";
