/** Which hypotheses compete: the indices that are left of K. */
export interface Hypotheses {
  readonly kind: "every" | "first";
  readonly formula: (count: number) => string;
  readonly kept: (count: number) => readonly number[];
}

export const every = (): Hypotheses => ({
  kind: "every",
  formula: (count) => `K = ${count}`,
  kept: (count) => Array.from({ length: count }, (_, h) => h),
});

export const first = (): Hypotheses => ({ kind: "first", formula: () => "K = 1", kept: () => [0] });
