import type { Child } from "../core/widget";
import { LETTERS } from "./format";

/** Equal-area marks of the hypotheses, drawn in a box of side 2 around 0: circle, square, triangle, diamond. */
const SHAPES = [
  "M-.9 0a.9 .9 0 1 0 1.8 0a.9 .9 0 1 0 -1.8 0Z",
  "M-.8 -.8h1.6v1.6h-1.6Z",
  "M0 -1.12L1.1 .8H-1.1Z",
  "M0 -1.14L1.14 0L0 1.14L-1.14 0Z",
] as const;
/** Where the letter sits in its shape. */
const BASELINES = [0.34, 0.34, 0.52, 0.34] as const;

/** The class that gives hypothesis h its colour as `--c`; the second four are hollow. */
export const hue = (hypothesis: number): string => `i-h${hypothesis % 4}`;
const hollow = (hypothesis: number): boolean => hypothesis >= SHAPES.length;

/** The mark of hypothesis h, with its letter, another name of one sign, or none. */
export const mark = (hypothesis: number, name: string | false = LETTERS[hypothesis]): Child => (
  <svg class={`i-mark ${hue(hypothesis)}`} viewBox="-1.2 -1.2 2.4 2.4" aria-hidden="true">
    <path class={hollow(hypothesis) ? "i-hollow" : "i-solid"} d={SHAPES[hypothesis % 4]} />
    {name && (
      <text class={hollow(hypothesis) ? "i-out" : "i-in"} y={BASELINES[hypothesis % 4]} text-anchor="middle">
        {name}
      </text>
    )}
  </svg>
);

/** What each quantity looks like: the legend, beside its name. */
export const swatch = {
  energy: <span class="i-swatch i-sw-energy" aria-hidden="true" />,
  likelihood: <span class="i-swatch i-sw-like" aria-hidden="true" />,
  score: <span class="i-swatch i-sw-score" aria-hidden="true" />,
  credit: <span class="i-swatch i-sw-credit" aria-hidden="true" />,
} as const;
