/** The address is the state: what it says is what was written, for every state, and in Python's words. */
import { describe, expect, test } from "vitest";
import { asked, decoded, fragment, joined, said } from "../../iemlib/widgets/core/address";
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

describe("a question that the page asks itself", () => {
  const predict = { question: "Which?", choices: ["a", "b"], locks: "energies" };
  const other = { ...predict, question: "Another?" };
  const schema = schemaOf("iem-exponentiation");
  const part = (change: object): unknown =>
    decoded(
      said(`#${fragment("it", schema, whole("iem-exponentiation", change), { predict, guess: -1 })}`, "it") ?? "",
    );
  test("a link does not carry it, and carries any other, or none", () => {
    expect(part({ predict })).toEqual({});
    expect(part({ predict, guess: 1, shift: 1 })).toEqual({ shift: 1, guess: 1 });
    expect(part({ predict: other })).toEqual({ predict: other });
    expect(part({})).toEqual({ predict: {} });
  });
  test("without it a link leaves what there is; a guess without a question is one at the page's own", () => {
    const [page, now] = [
      { hide: [], predict, guess: -1 },
      { hide: [], predict: other, guess: 0 },
    ];
    expect(asked({ shift: 1 }, page, now)).toEqual({ shift: 1, predict: other, guess: 0 });
    expect(asked({ guess: 1 }, page, now)).toEqual({ predict, guess: 1 });
    expect(asked({ predict: {} }, page, now)).toEqual({ predict: {} });
  });
  test("what is written is what is read, on a page that has just opened", () => {
    const d = dice(5);
    const page = { hide: [], predict, guess: -1 };
    for (let i = 0; i < 100; i++) {
      const state = { ...randomState(definitionOf("iem-exponentiation"), d), predict, guess: d.below(3) - 1 };
      const said = JSON.parse(decodeURIComponent(fragment("it", schema, state, page).slice(3))) as object;
      expect(whole("iem-exponentiation", asked(said, page, page))).toEqual(state);
      expect(Object.keys(said)).not.toContain("predict");
    }
  });
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
    ["with a plus for a blank, as forms write it", `#other=%7B%7D&why=${once.replaceAll("%20", "+")}`],
    ["the same, encoded once more", `#why=${encodeURIComponent(once).replaceAll("%2520", "+")}`],
    ["with the full stop of its sentence", `#why=${once}.`],
    ["in brackets, with a comma", `#why=${once}),`],
    ["in quotes that were encoded", `#why=${once}%22`],
    ["between angles, as mail has it", `#why=${text}>`],
    ["with the quotes of a page's source", `#why=${text.replaceAll('"', "&quot;")}`],
    ["with what a counter of visits adds", `#why=${once}&utm_source=mail&fbclid=a.b`],
    ["in small letters", `#why=${once.replaceAll("%2C", "%2c").replaceAll("%7B", "%7b")}`],
    [
      "quotes alone encoded, as browsers do",
      `#why=${text.replaceAll('"', "%22").replaceAll(" ", "%20").replaceAll("%41", "%2541")}`,
    ],
  ])("%s", (_, hash) => {
    expect(decoded(said(hash, "why") ?? "")).toEqual(state);
  });
  test("what cannot be read is an Error, however it was encoded", () => {
    for (const hash of [
      `#why=%${"25".repeat(1e5)}7B`,
      `#why=${"%7B".repeat(1e5)}`,
      "#why=%7B%22%7D.x",
      "#why=%7B%22",
      "#why=%E0%A4%A",
      "#why%3D%7B%22",
      "#why=%257B%2522",
    ])
      expect(decoded(said(hash, "why") ?? "missed"), hash).toBeInstanceOf(Error);
  });
});
