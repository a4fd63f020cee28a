/** Assumption 5: the log-sum-exp objective, and what people optimize instead. */

export * from "./conjugates";
export { cross_entropy } from "./labelled";
export type { Objective, Optimized } from "./part";
export * from "./scored";
export * from "./unscored";
