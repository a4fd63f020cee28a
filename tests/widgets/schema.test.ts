/** One schema says what a state may be: what it accepts, what it refuses, and in which words. */
import { describe, expect, test } from "vitest";
import {
  type ChoiceRule,
  complete,
  defaults,
  differing,
  type NumberRule,
  type NumbersRule,
  type State,
  type SubsetRule,
} from "../../iemlib/widgets/core/schema";
import { schema as exponentiation } from "../../iemlib/widgets/exponentiation/state";
import { schema as normalization } from "../../iemlib/widgets/normalization/state";
import { dice, randomState } from "./random";
import { definitionOf, schemaOf, TAGS } from "./widgets";

const ask = (tag: string, given: unknown): State | Error => complete(schemaOf(tag), given);

describe.each(TAGS)("%s", (tag) => {
  const schema = schemaOf(tag);

  test("nothing given is the default, and the default is accepted", () => {
    expect(ask(tag, {})).toEqual(defaults(schema));
    expect(ask(tag, defaults(schema))).toEqual(defaults(schema));
    expect(differing(schema, defaults(schema))).toEqual({});
  });

  test("any state made by its rules is accepted as it is, and found again from what differs", () => {
    const d = dice(11);
    for (let i = 0; i < 200; i++) {
      const made = randomState(definitionOf(tag), d);
      expect(ask(tag, made)).toEqual(made);
      const carried = differing(schema, made);
      expect(ask(tag, carried)).toEqual(made);
      for (const [name, value] of Object.entries(carried)) expect(value).not.toEqual(schema[name].default);
    }
  });

  test.each([null, undefined, 3, "state", [], [1, 2], true])("%j is no state", (given) => {
    expect(ask(tag, given)).toMatchObject({
      message: expect.stringMatching(/^A state is an object of traits; got .*\.$/) as string,
    });
  });

  test.each(["colour", "", "Energies", "constructor", "toString", "__proto__", "hasOwnProperty"])(
    "there is no trait “%s”",
    (name) => {
      const given: unknown = JSON.parse(`{${JSON.stringify(name)}: 1}`);
      const answer = ask(tag, given);
      expect(answer).toBeInstanceOf(Error);
      expect((answer as Error).message).toBe(
        `There is no “${name}” here; the state is ${Object.keys(schema).join(", ")}.`,
      );
    },
  );

  const named = (type: string): readonly string[] => Object.keys(schema).filter((name) => schema[name].type === type);
  const ends = (name: string): readonly [number, number] => [
    (schema[name] as NumberRule).low,
    (schema[name] as NumberRule).high,
  ];
  test.each(named("numbers"))("%s are a few numbers within their limits", (name) => {
    const [low, high] = ends(name);
    const { least = 1, most } = schema[name] as NumbersRule;
    const count = least < most ? `${least} to ${most}` : most;
    const says = `${name} must be ${count} numbers from ${low} to ${high}; got `;
    const few = Array.from({ length: most }, () => low);
    for (const bad of [
      null,
      1,
      "1, 2",
      {},
      [],
      [null],
      ["1"],
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
      [low - 0.1],
      [high + 0.1],
      [[low]],
      [true],
      [...few, low],
    ])
      expect((ask(tag, { [name]: bad }) as Error).message).toBe(
        `${says}${JSON.stringify(bad).replace(/^(.{60}).+$/, "$1…")}.`,
      );
    const million = ask(tag, { [name]: Array.from({ length: 1e6 }, () => low) }) as Error;
    expect(million.message).toMatch(/^.{30,140}…\.$/);
  });
  test.each(named("number"))("%s is a number within its limits", (name) => {
    const [low, high] = ends(name);
    for (const bad of [null, "1", Number.NaN, Number.NEGATIVE_INFINITY, low - 0.1, high + 0.1, [low], {}, true])
      expect((ask(tag, { [name]: bad }) as Error).message).toBe(
        `${name} must be a number from ${low} to ${high}; got ${JSON.stringify(bad)}.`,
      );
  });
  test.each(named("choice"))("%s is one of its words, or any that is short enough where any will do", (name) => {
    const { options, most } = schema[name] as ChoiceRule;
    const others = most ? ["a".repeat(most + 1), "😀".repeat(most / 2 + 1)] : ["", "something else", `${options[0]} `];
    for (const bad of [null, 0, [options[0]], ...others])
      expect((ask(tag, { [name]: bad }) as Error).message).toBe(
        `${name} must be ${most ? `at most ${most} characters` : `one of ${options.join(", ")}`}; got ${JSON.stringify(bad).replace(/^(.{60}).+$/, "$1…")}.`,
      );
    for (const good of most ? ["", "a".repeat(most), "\u0000"] : options)
      expect(ask(tag, { [name]: good })).toMatchObject({ [name]: good });
  });

  test.each([null, "energies", 1, ["everything"], [1], [["reset"]]])("hide is not %j", (hide) => {
    expect(ask(tag, { hide })).toMatchObject({
      message: expect.stringMatching(/^hide must be some of .*reset, copy, projector; got .*\.$/) as string,
    });
  });

  test("some of a set are kept in its order, each once", () => {
    const options = (schema["hide"] as SubsetRule).options;
    expect(new Set(options).size).toBe(options.length);
    expect((ask(tag, { hide: [...options, ...options].reverse() }) as State)["hide"]).toEqual(options);
  });

  const QUESTION = { question: "Which?", choices: ["a", "b"], locks: "energies" };
  test("a question needs its text, two to six choices and what it locks", () => {
    expect(ask(tag, { predict: QUESTION, guess: 1 })).toMatchObject({ predict: QUESTION, guess: 1 });
    expect(ask(tag, { predict: {} })).toEqual(defaults(schema));
  });
  test.each([
    null,
    1,
    "Which?",
    [],
    [QUESTION],
    { question: "Which?" },
    { ...QUESTION, more: 1 },
    { ...QUESTION, question: 1 },
    { ...QUESTION, choices: ["one"] },
    { ...QUESTION, choices: ["1", "2", "3", "4", "5", "6", "7"] },
    { ...QUESTION, choices: [1, 2] },
    { ...QUESTION, choices: "ab" },
    { ...QUESTION, locks: null },
  ])("%j is no question", (predict) => {
    expect(ask(tag, { predict })).toMatchObject({
      message: expect.stringMatching(/^predict must be empty, or a question, .*\.$/) as string,
    });
  });
  test.each([-2, 6, 0.5, "1", null, Number.NaN, true, []])("guess is not %j", (guess) => {
    expect(ask(tag, { predict: QUESTION, guess })).toMatchObject({
      message: expect.stringMatching(/^guess must be a whole number from −1 to 5; got .*\.$/) as string,
    });
  });
  test.each([
    [{ guess: 0 }, 0],
    [{ predict: QUESTION, guess: 2 }, 2],
  ])("a guess is one of the choices: %j", (given, choices) => {
    expect(ask(tag, given)).toMatchObject({
      message: expect.stringContaining(`one of the question's ${choices} choices`) as string,
    });
  });
});

test.each([
  [
    "iem-exponentiation",
    { likelihood: "gaussian" },
    `likelihood must be one of ${exponentiation.likelihood.options.join(", ")}; got "gaussian".`,
  ],
  [
    "iem-exponentiation",
    { likelihood: 1 },
    `likelihood must be one of ${exponentiation.likelihood.options.join(", ")}; got 1.`,
  ],
  ["iem-exponentiation", { shift: 3.5 }, "shift must be a number from -0.4 to 2; got 3.5."],
  ["iem-exponentiation", { shift: "1" }, 'shift must be a number from -0.4 to 2; got "1".'],
  ["iem-exponentiation", { power: null }, "power must be a number from 0.5 to 6; got null."],
  ["iem-exponentiation", { offset: [5] }, "offset must be a number from 1 to 8; got [5]."],
  [
    "iem-five-switches",
    { removed: ["objective", "loss"] },
    'removed must be some of hypotheses, energies, exponentiation, normalization, objective; got ["objective","loss"].',
  ],
  [
    "iem-normalization",
    { instead: "top-3" },
    `instead must be one of ${normalization.instead.options.join(", ")}; got "top-3".`,
  ],
  ["iem-normalization", { start: [5] }, "start must be 1 to 8 numbers from 0 to 4; got [5]."],
  ["iem-paths", { b: [1, 2] }, "b must be 5 numbers from 0 to 4; got [1,2]."],
  ["iem-paths", { b: [1, 2, 3, 4, 4, 4] }, "b must be 5 numbers from 0 to 4; got [1,2,3,4,4,4]."],
])("%s refuses %j", (tag, given, message) => {
  expect(ask(tag, given)).toMatchObject({ message });
});

test("what is removed comes in the order of the pipe", () => {
  expect((ask("iem-five-switches", { removed: ["objective", "hypotheses"] }) as State)["removed"]).toEqual([
    "hypotheses",
    "objective",
  ]);
});
