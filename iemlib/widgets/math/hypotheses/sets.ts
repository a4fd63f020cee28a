/** Who competes. */
import { each } from "../array";

/** Which hypotheses compete: the indices that are left of K. */
export interface Hypotheses {
  readonly kind: "every" | "first" | "only";
  readonly name: string;
  readonly formula: (count: number) => string;
  readonly kept: (count: number) => readonly number[];
}

export const every = (): Hypotheses => ({
  kind: "every",
  name: "every",
  formula: (count) => `K = ${count}`,
  kept: (count) => each(count, (h) => h),
});

export const first = (): Hypotheses => ({
  kind: "first",
  name: "first",
  formula: () => "K = 1",
  kept: () => [0],
});

export const only = ({ indices }: { readonly indices: readonly number[] }): Hypotheses => ({
  kind: "only",
  name: "only",
  formula: () => `h in (${indices.join(", ")})`,
  kept: () => indices,
});
