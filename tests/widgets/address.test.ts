/** The address is the state: what it says is what was written, for every state, and in Python's words. */
import { describe, expect, test } from "vitest";
import { decoded, fragment, joined, said } from "../../iemlib/widgets/core/address";
import { complete, type State } from "../../iemlib/widgets/core/schema";
import { LINKS } from "./golden";
import { dice, randomState } from "./random";
import { definitionOf, schemaOf, TAGS } from "./widgets";

const whole = (tag: string, given: unknown): State => {
  const state = complete(schemaOf(tag), given);
  if (state instanceof Error) throw state;
  return state;
};

describe("the golden links", () => {
  test.each(LINKS)("$name", (c) => {
    const written = c.widgets.reduce(
      (hash, w) => joined(hash, w.id, fragment(w.id, schemaOf(w.element), whole(w.element, w.state))),
      "",
    );
    expect(written).toBe(c.fragment);
    for (const w of c.widgets) expect(decoded(said(c.fragment, w.id) ?? "")).toEqual(w.state);
  });
});

test("a state, its address and back again", () => {
  const d = dice(21);
  for (const tag of TAGS)
    for (let i = 0; i < 200; i++) {
      const state = {
        ...randomState(definitionOf(tag), d),
        ...(d.roll() < 0.3
          ? {
              predict: {
                question: "50 % & more = “all”? #1 \\ π\u2028",
                choices: ["a&b", "c=d", "'(e)'*!~"],
                locks: "energies",
              },
              guess: d.below(3),
            }
          : {}),
      };
      const hash = joined("#some-section&other=%7B%7D", "a-1", fragment("a-1", schemaOf(tag), state));
      expect(hash).toMatch(/^#other=%7B%7D&a-1=[A-Za-z0-9%\-_.!~*'()]*$/);
      expect(whole(tag, decoded(said(hash, "a-1") ?? ""))).toEqual(state);
    }
});

test("each widget reads its own part, whatever stands beside it", () => {
  const hash = "#why=1&why-2=2&other=a=b";
  expect(["why", "why-2", "other", "wh", "2", ""].map((id) => said(hash, id))).toEqual([
    "1",
    "2",
    "a=b",
    null,
    null,
    null,
  ]);
  expect(["", "#", "#top", "#why", "#=1"].map((h) => said(h, "why"))).toEqual([null, null, null, null, null]);
  expect(said("#why=", "why")).toBe("");
});

test("writing one part leaves the others, and a page anchor gives way", () => {
  expect(joined("", "a", "a=1")).toBe("#a=1");
  expect(joined("#top", "a", "a=1")).toBe("#a=1");
  expect(joined("#a=1&b=2&c=3", "b", "b=9")).toBe("#a=1&c=3&b=9");
  expect(joined("#ab=1", "a", "a=2")).toBe("#ab=1&a=2");
});

test.each(["%", "%E0%A4", "{", "", "%7B", "undefined", "%7B%22a%22:%7D"])(
  "the damaged link %j is an error that is returned, never thrown",
  (text) => {
    expect(decoded(text)).toBeInstanceOf(Error);
  },
);

test.each([
  "null",
  "3",
  "%5B1%5D",
  "%22text%22",
  "%7B%22__proto__%22%3A%7B%7D%7D",
  "%7B%22energies%22%3A%5B1e999%5D%7D",
])("a link that decodes to no state, %j, is refused", (text) => {
  expect(complete(schemaOf("iem-five-switches"), decoded(text))).toBeInstanceOf(Error);
});

describe("an address that came through other programs", () => {
  const state = { question: "50%41 & more = “all”?", choices: ["a & b", "c"] };
  const text = JSON.stringify(state);
  const once = encodeURIComponent(text);
  test.each([
    ["as it was written", `#other=%7B%7D&why=${once}`],
    ["encoded twice", `#other=%257B%257D&why=${encodeURIComponent(once)}`],
    ["encoded three times", `#why=${encodeURIComponent(encodeURIComponent(once))}`],
    ["decoded once too often", `#other={}&why=${text}`],
    ["encoded whole", `#${encodeURIComponent(`other=%7B%7D&why=${once}`)}`],
    ["encoded whole, twice", `#${encodeURIComponent(encodeURIComponent(`why=${once}`))}`],
    ["with the & of a page's source", `#other=%7B%7D&amp;why=${once}`],
    [
      "quotes alone encoded, as browsers do",
      `#why=${text.replaceAll('"', "%22").replaceAll(" ", "%20").replaceAll("%41", "%2541")}`,
    ],
  ])("%s", (_, hash) => {
    expect(decoded(said(hash, "why") ?? "")).toEqual(state);
  });
  test("what cannot be read is an Error, however it was encoded", () => {
    for (const hash of ["#why=%7B%22", "#why=%E0%A4%A", "#why%3D%7B%22", "#why=%257B%2522"])
      expect(decoded(said(hash, "why") ?? "missed"), hash).toBeInstanceOf(Error);
  });
});
