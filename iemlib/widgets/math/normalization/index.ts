/** Assumption 4: likelihoods are normalized across hypotheses, and what people do instead. */

export * from "./alone";
export * from "./entmax";
export type { Normalization, Normalized } from "./part";
export * from "./reject";
export * from "./selected";
export * from "./shared";
export * from "./silent";
