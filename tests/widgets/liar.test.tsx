/** The tests that every widget must pass, tried on one that lies: each of its faults is found, and nothing else. */
import { expect, test } from "vitest";
import type { Schema } from "../../iemlib/widgets/core/schema";
import { type Definition, widget } from "../../iemlib/widgets/core/widget";
import { slider } from "../../iemlib/widgets/marks/controls";
import { two } from "../../iemlib/widgets/marks/format";
import { idle, untrue } from "./checks";
import { type Claims, clause, reads } from "./clauses";

const schema = {
  height: { type: "number", low: 0, high: 1, step: 0.25, default: 0.25 },
  word: { type: "choice", options: ["honest", "liar"], default: "honest" },
  hide: { type: "subset", options: ["height", "word"], default: [] },
  predict: { type: "question", default: {} },
  guess: { type: "guess", default: -1 },
} as const satisfies Schema;
type State = {
  readonly height: number;
  readonly word: "honest" | "liar";
  readonly hide: readonly ("height" | "word")[];
  readonly predict: Readonly<Record<string, never>>;
  readonly guess: number;
};
const claims: Claims<State> = {
  of: ({ height }) => ({ clauses: [clause("It is N high", (said) => reads(said, height))], broken: [] }),
};

/** A slider and two radio buttons; `how` replaces what an honest one would do. */
const made = (how: {
  readonly says?: (state: State) => string;
  readonly moves?: (height: number) => Readonly<Record<string, unknown>>;
  readonly draws?: (state: State) => number;
}): Definition => {
  const says = how.says ?? (({ height }) => `It is ${two(height)} high.`);
  const moves = how.moves ?? ((height) => ({ height }));
  const draws = how.draws ?? (({ height }) => height);
  return widget<State, ReturnType<Definition["read"]>>({
    tag: "iem-liar",
    schema,
    title: "A liar",
    lede: "For a test.",
    tall: () => 300,
    read: () => ({ measurement: null, numbers: { head: ["what"], rows: [] } }),
    picture: (state, _, hands) =>
      slider({
        ...hands.span("height"),
        name: "height",
        label: "Height",
        value: draws(state),
        moved: (height) => hands.set(moves(height), "height", true),
      }),
    sentence: (state) => says(state),
  });
};

test("an honest one passes", () => {
  expect(untrue(made({}), claims, 20)).toEqual([]);
  expect(idle(made({}))).toEqual([]);
});

test("a number that is not so is found, also where only one word of a choice brings it", () => {
  const always = untrue(made({ says: ({ height }) => `It is ${two(height + 0.01)} high.` }), claims, 20);
  expect(always[0]).toMatch(/^not so: It is 0\.26 high/);
  const says = ({ height, word }: State): string => `It is ${two(word === "liar" ? 1 - height : height)} high.`;
  expect(untrue(made({ says }), claims, 20).some((fault) => /^not so:.*"word":"liar"/.test(fault))).toBe(true);
});

test("what nobody can check may not be said", () => {
  expect(untrue(made({ says: () => "It is beautiful." }), claims, 20)[0]).toMatch(/^not known: It is beautiful/);
  expect(untrue(made({ says: () => "" }), claims, 20)).not.toEqual([]);
});

test("broken meters that the sentence hides are found", () => {
  const broken: Claims<State> = { of: (state, act) => ({ ...claims.of(state, act), broken: ["sum"] }) };
  expect(untrue(made({}), broken, 5)[0]).toMatch(/“Broken:”/);
});

test("a control that sets nothing new, or what Python does not have, is found", () => {
  expect(idle(made({ moves: () => ({}) }))[0]).toMatch(/^height: leaves the state as it was/);
  expect(idle(made({ moves: (height) => ({ hieght: height }) }))[0]).toMatch(/^height: There is no “hieght” here/);
  expect(idle(made({ moves: (height) => ({ height: 2 + height }) }))[0]).toMatch(/^height: height must be/);
});

test("a handle in a plane is moved by its keys, and one that they do not move is found", () => {
  const handle = (moves: (key: string) => object): Definition => ({
    ...made({}),
    picture: (state, _, hands) => (
      <button
        type="button"
        role="slider"
        name="handle"
        style={{ bottom: `${String(state["height"])}%` }}
        onKeyDown={({ key }) => hands.set(moves(key), "handle", true)}
      />
    ),
  });
  expect(idle(handle((key) => ({ height: key.startsWith("Arrow") ? 0.5 : 0.25 })))).toEqual([]);
  expect(idle(handle(() => ({})))[0]).toMatch(/^handle: leaves the state as it was/);
});

test("a control that moves neither picture nor sentence is found", () => {
  expect(idle(made({ draws: () => 0.5 })).some((fault) => fault.startsWith("height: leaves the picture"))).toBe(true);
  const silent = idle(made({ says: () => "It is high." }));
  expect(silent.some((fault) => fault.startsWith("height: leaves the sentence"))).toBe(true);
});
