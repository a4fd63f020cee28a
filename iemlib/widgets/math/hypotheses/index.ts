/** Assumption 1: a discrete set of competing hypotheses, and what is left without one. */

export * from "./coins";
export * from "./sets";
