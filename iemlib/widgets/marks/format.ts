/** Numbers as the book writes them: two decimals, a true minus, words where there is no number. */
const NEGLIGIBLE = 0.005;

export const two = (v: number): string =>
  Number.isNaN(v)
    ? "undefined"
    : v === Number.POSITIVE_INFINITY
      ? "∞"
      : v === Number.NEGATIVE_INFINITY
        ? "−∞"
        : (Math.abs(v) < NEGLIGIBLE ? 0 : v).toFixed(2).replace("-", "−");

/** As `two`, or with as many decimals more as tell it from a number that it is not: 1.003 is no 1.00. */
export const apart = (v: number, from: number): string => {
  if (!Number.isFinite(v) || two(v) !== two(from)) return two(v);
  const text = v.toFixed(4).replace(/0+$/, "");
  return Number(text) === from ? `${v < from ? "<" : ">"} ${from}` : text.replace("-", "−");
};

/** With its sign, as a shift is written: +1.00, −0.40. */
export const signed = (v: number): string => (v > 0 ? "+" : "") + two(v);

/** A share of a length in percent, steady enough to be patched without noise. */
export const percent = (v: number): string =>
  `${(Number.isFinite(v) ? v * 100 : 0).toFixed(3).replace(/^-0\.000$/, "0.000")}%`;

export const LETTERS = ["A", "B", "C", "D", "E", "F", "G", "H"] as const;

/** "A", "A and B", "A, B and C" */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;

export const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
/** A sentence as it goes on after a comma or a colon; a hypothesis' letter stays one. */
export const continued = (sentence: string): string =>
  /^[A-H] /.test(sentence) ? sentence : sentence[0].toLowerCase() + sentence.slice(1);
