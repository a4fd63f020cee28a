/** What the frame adds to a widget's own sentence: the reader's guess. */
import { expect, test } from "vitest";
import { definition as fiveSwitches } from "../../iemlib/widgets/five_switches/view";
import { spoken, state } from "./clauses";

const QUESTION = { question: "Which breaks?", choices: ["sum", "match & “shift”"], locks: "objective" };

test("a guess is told as it was made, and stays beside what came out", () => {
  const asked = state(fiveSwitches, { predict: QUESTION, guess: 1 });
  expect(spoken(fiveSwitches, asked, { control: "guess", from: asked })).toBe(
    "You guessed “match & “shift””. Now try it, and see.",
  );
  const tried = state(fiveSwitches, { predict: QUESTION, guess: 0, removed: ["objective"] });
  const text = spoken(fiveSwitches, tried, { control: "objective", from: asked });
  expect(text).toMatch(/ You had guessed “sum”\.$/);
  expect(text.replace(/ You had guessed.*/, "")).toBe(
    spoken(fiveSwitches, state(fiveSwitches, { removed: ["objective"] })),
  );
  const unasked = state(fiveSwitches, { predict: QUESTION });
  expect(spoken(fiveSwitches, unasked)).toBe(spoken(fiveSwitches, state(fiveSwitches, {})));
});
