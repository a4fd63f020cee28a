/** Assumption 4: likelihoods are normalized across hypotheses, and what people do instead. */
export type { Normalization, Normalized } from "./part";
export * from "./shared";
export * from "./separate";
export * from "./entmax";
