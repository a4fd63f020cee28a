/** Receipts: any choices come back, no change of a letter passes, and a class's codes add up. */
import { expect, test } from "vitest";
import "../../book/assets/receipts.js";
import { type Dice, dice } from "./random";

interface Questions {
  readonly chapter: string;
  readonly digest: string;
  readonly sizes: readonly number[];
}
interface Receipt {
  readonly answers: readonly number[];
  readonly round?: number;
  readonly mark: number;
  readonly version?: number;
}
interface Gathered {
  readonly rounds: readonly { chapter: string; round: number; codes: number; counts: readonly (readonly number[])[] }[];
  readonly refused: readonly { code: string; reason: string }[];
  readonly without: readonly string[];
}
const { LETTERS, encode, decode, gather } = (globalThis as unknown as { receipts: unknown }).receipts as {
  LETTERS: string;
  encode(set: Questions, receipt: Receipt): string;
  decode(code: string, sets: readonly Questions[]): Receipt & { refused?: string; chapter?: string };
  gather(text: string, sets: readonly Questions[]): Gathered;
};

const NAMES = ["em", "closed-world", "independent-nonlinearities"];
const MARKS = 2 ** 20;

const someSet = (d: Dice): Questions => ({
  chapter: d.one(NAMES),
  digest: Array.from({ length: 4 }, () => d.one([...LETTERS])).join(""),
  sizes: Array.from({ length: 1 + d.below(12) }, () => 2 + d.below(5)),
});
const someReceipt = (d: Dice, { sizes }: Questions): Receipt => ({
  answers: sizes.map((size) => d.below(size + 1) - 1),
  round: d.below(3),
  mark: d.below(MARKS),
});

test("any choices come back, typed in capitals and broken over two lines too", () => {
  const d = dice(1);
  for (let i = 0; i < 300; i++) {
    const set = someSet(d);
    const receipt = someReceipt(d, set);
    const code = encode(set, receipt);
    for (const typed of [code, code.toUpperCase(), code.replace(/-(?=[^-]*$)/, "-\n> ")])
      expect(decode(typed, [set])).toEqual({ chapter: set.chapter, ...receipt });
    expect(gather(`me: ${code}, thanks`, [set]).rounds[0].codes).toBe(1);
  }
});

test("no change of one letter passes, nor of two neighbours, nor a letter left out or put in", () => {
  const d = dice(2);
  for (let i = 0; i < 12; i++) {
    const set = someSet(d);
    const code = encode(set, someReceipt(d, set));
    const sets = NAMES.map((chapter) => ({ ...set, chapter }));
    const changed: string[] = [];
    for (let at = 4; at < code.length; at++) {
      const [before, after] = [code.slice(0, at), code.slice(at + 1)];
      for (const letter of "abcdefghijklmnopqrstuvwxyz0123456789- ") changed.push(before + letter + after);
      if (code[at] !== "-") changed.push(before + after, before + d.one([...LETTERS]) + code[at] + after);
      if (code[at + 1]) changed.push(before + code[at + 1] + code[at] + code.slice(at + 2));
    }
    // Hyphens and blanks only part the letters into fours.
    const bare = (it: string): string => it.replace(/[- ]/g, "");
    const same = (it: string): boolean => bare(it) === bare(code);
    for (const wrong of changed)
      if (!same(wrong)) expect(decode(wrong, sets).refused, `${code} → ${wrong}`).toMatch(/^Mistyped/);
    expect(changed.filter((it) => !same(it)).length).toBeGreaterThan(500);
  }
});

const EM: Questions = { chapter: "em", digest: "qqqq", sizes: [3, 2] };

test("a class's codes add up, the last of each reader, and whatever does not count has its reason", () => {
  const one = encode(EM, { answers: [0, 1], mark: 1 });
  const two = encode(EM, { answers: [2, -1], mark: 2 });
  const earlier = encode(EM, { answers: [1, 1], mark: 2 });
  const after = encode(EM, { answers: [0, 0], round: 2, mark: 2 });
  const old = encode({ ...EM, digest: "zzzz" }, { answers: [0, 1], mark: 3 });
  const foreign = encode({ ...EM, chapter: "ninth" }, { answers: [0, 1], mark: 4 });
  const typo = one.replace(/.$/, (last) => (last === "q" ? "p" : "q"));
  const strange = one.replace(/.$/, "b");
  const text = `Ann: ${one}\n${one}\n${earlier}\n\n${two} ${after}\n${old}\n${foreign}\n${typo}\n${strange}\nI lost mine\n`;
  const { rounds, refused, without } = gather(text, [EM]);
  expect(rounds).toEqual([
    // None, last, is counted too.
    {
      chapter: "em",
      round: 0,
      codes: 2,
      counts: [
        [1, 0, 1, 0],
        [0, 1, 1],
      ],
    },
    {
      chapter: "em",
      round: 2,
      codes: 1,
      counts: [
        [1, 0, 0, 0],
        [1, 0, 0],
      ],
    },
  ]);
  const reasons = refused.map(({ code, reason }) => [code, reason.split(/[:,]/)[0]]);
  expect(reasons).toEqual([
    [one, "Doubled"],
    [earlier, "Replaced"],
    [old, "Of another edition"],
    [foreign, "Foreign"],
    [typo, "Mistyped"],
    [strange, "Mistyped"],
  ]);
  expect(without).toEqual(["I lost mine"]);
});

test("a code of a newer version is told, and answers that there are none of are refused", () => {
  const made = encode(EM, { answers: [0, 0], round: 3, mark: 0 });
  expect(decode(made, [EM]).refused).toMatch(/No answers/);
  expect(decode(encode(EM, { answers: [0, 0], mark: 0, version: 1 }), [EM]).refused).toMatch(/another version/);
  // The same digest with more questions than the page has.
  expect(decode(encode({ ...EM, sizes: [3, 2, 9, 9] }, { answers: [0, 0, 8, 8], mark: 0 }), [EM]).refused).toMatch(
    /No/,
  );
});
