/** A widget proves itself, or is red: its sentence is true of every state, and its controls act. */
import { describe, expect, test } from "vitest";
import { idle, untrue } from "./checks";
import type { Claims } from "./clauses";
import { EXAMPLES } from "./random";
import { WIDGETS } from "./widgets";

const CLAIMS = import.meta.glob<{ readonly claims: Claims<never> }>("./claims/*.ts", { eager: true });
const RANDOM_STATES = 2 * EXAMPLES;

describe.each(WIDGETS)("$tag", (definition) => {
  const file = `./claims/${definition.tag.replace("iem-", "").replaceAll("-", "_")}.ts`;
  const claims = CLAIMS[file]?.claims;

  test("what its sentence may say is written down, so that it can be checked", () => {
    expect(
      claims,
      `say in tests/widgets/${file.slice(2)} what <${definition.tag}> may say, and when it is so`,
    ).toBeDefined();
  });

  test("its sentence is true of random states, and after every control was moved", () => {
    expect(claims ? untrue(definition, claims, RANDOM_STATES) : ["no claims"]).toEqual([]);
  });

  test("each of its controls changes the state, as Python allows, and the picture, and the sentence", () => {
    expect(idle(definition)).toEqual([]);
  });
});
