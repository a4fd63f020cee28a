/** Plus and minus are drawn as signs, and heard as words. */
import { expect, test } from "vitest";
import { poster } from "../../iemlib/widgets/core/poster";
import { definition } from "../../iemlib/widgets/sign/view";
import { state } from "./clauses";

test("a listener hears of plus and minus, and not of signs that are left out", () => {
  const drawn = poster([definition], "iem-sign", "here", "{}");
  const heard = [...drawn.matchAll(/aria-label="([^"]*: score[^"]*)"/g)].map(([, label]) => label);
  expect(heard).toEqual([
    "plus: score 0.73, credit 0.73",
    "minus: score 0.27, credit 0.27",
    "Sum: score 1.00, credit 1.00",
  ]);
  expect(definition.read(state(definition, {})).numbers.rows.map(([name]) => name)).toEqual(["plus", "minus"]);
  expect(drawn).toMatch(/>\+<\/text>/);
});
