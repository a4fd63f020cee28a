/** No page runs what an address says: whatever stands there is a state by the rules, shown as text, or refused in words. */
import { expect, test } from "vitest";
import { decoded, said } from "../../iemlib/widgets/core/address";
import { poster } from "../../iemlib/widgets/core/poster";
import { complete } from "../../iemlib/widgets/core/schema";
import { type Dice, dice, randomState } from "./random";
import { definitionOf, schemaOf, TAGS, WIDGETS } from "./widgets";

const ADDRESSES = 2000;
/** Where JSON is expected and something else stands. */
const ODD: readonly unknown[] = [
  null,
  true,
  -0,
  1e308,
  "",
  "\u0000",
  "</script><script>alert(1)</script>",
  "javascript:alert(1)",
  [],
  [[]],
  {},
  { length: 3 },
  { toString: 1, valueOf: null },
  { question: null, choices: {}, locks: [] },
];
const NAMES = ["__proto__", "constructor", "prototype", "toString", "", "state", "id", "live"];

/** A good address, and then something that nobody should have done to it. */
const malformed = (tag: string, d: Dice): string => {
  const state: Record<string, unknown> = { ...randomState(definitionOf(tag), d) };
  const name = d.one(Object.keys(state));
  const text = encodeURIComponent(JSON.stringify(state));
  const at = d.below(text.length);
  switch (d.below(7)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return (
        text.slice(0, at) +
        d.one(["%", "%00", "\u2028", "{", "}", '"', "&", "=", "#", "%FF", "\ud800"]) +
        text.slice(at + 1)
      );
    case 2:
      return encodeURIComponent(JSON.stringify({ ...state, [name]: d.one(ODD) }));
    case 3: {
      const numbers = [state[name], 0].flat();
      numbers[d.below(numbers.length)] = d.one(ODD);
      return encodeURIComponent(JSON.stringify({ ...state, [name]: numbers }));
    }
    case 4:
      return encodeURIComponent(`{${JSON.stringify(d.one(NAMES))}:${JSON.stringify(d.one(ODD))}}`);
    case 5:
      return encodeURIComponent(JSON.stringify(d.one(ODD)));
    default:
      return Array.from({ length: d.below(40) }, () => String.fromCharCode(d.below(0x250))).join("");
  }
};

test(`${ADDRESSES} malformed addresses: nothing is thrown, what is wrong is said in one line, what is right is drawn`, () => {
  const d = dice(2026);
  let refused = 0;
  for (let i = 0; i < ADDRESSES; i++) {
    const tag = d.one(TAGS);
    const hash = `#it=${malformed(tag, d)}`;
    const given = decoded(said(hash, "it") ?? "");
    const state = given instanceof Error ? given : complete(schemaOf(tag), given);
    if (state instanceof Error) {
      refused++;
      expect(state.message, hash).toMatch(/^.{20,400}\.$/);
    } else poster(WIDGETS, tag, "it", JSON.stringify(state));
  }
  expect(refused).toBeGreaterThan(ADDRESSES / 2);
  expect(({} as Record<string, unknown>)["length"]).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("what is nested as deeply as an address can be is refused in words", () => {
  const deep = `${"[".repeat(1e5)}${"]".repeat(1e5)}`;
  for (const text of [deep, `{"energies":${deep}}`, `{"predict":{"question":${deep}}}`])
    expect(complete(schemaOf("iem-exponentiation"), decoded(text))).toMatchObject({
      message: expect.stringMatching(/^.{20,400}\.$/) as string,
    });
});

test("whatever a question says is text in the picture, never markup", () => {
  const nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">&lt;';
  const predict = { question: nasty, choices: [nasty, nasty], locks: nasty };
  for (const tag of TAGS)
    for (const guess of [-1, 1]) {
      const drawn = poster(WIDGETS, tag, "it", JSON.stringify({ predict, guess }));
      expect(drawn).not.toMatch(/<(?:script|img|a)\b/);
      expect(drawn).toContain("&lt;script>");
    }
});
