/** The picture as text: drawn without a number missing, and the very markup that the living widget draws. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import { frame, sentence } from "../../iemlib/widgets/core/frame";
import { poster } from "../../iemlib/widgets/core/poster";
import { defaults, type State, type SubsetRule } from "../../iemlib/widgets/core/schema";
import type { Definition, PipeReading } from "../../iemlib/widgets/core/widget";
import { definition as exponentiation } from "../../iemlib/widgets/exponentiation/view";
import { definition as fiveSwitches } from "../../iemlib/widgets/five_switches/view";
import { METERS, measure, TOLERANCE } from "../../iemlib/widgets/math/meters";
import { definition as normalization } from "../../iemlib/widgets/normalization/view";
import { dice, EXAMPLES, randomState } from "./random";
import { type Given, schemaOf, WIDGETS } from "./widgets";

const THREE = [exponentiation, fiveSwitches, normalization];
/** States whose likelihoods sum to nothing, and less: some numbers are infinite there, or none. */
const ODD: Readonly<Record<string, readonly Given[]>> = {
  "iem-exponentiation": [
    { likelihood: "linear", offset: 4, energies: [4] },
    { likelihood: "linear", offset: 3, energies: [2, 4], shift: 0 },
    { likelihood: "linear", offset: 1, energies: [4, 4, 3], shift: 2 },
  ],
  "iem-five-switches": [
    { removed: ["exponentiation"], energies: [4, 6] },
    { removed: ["exponentiation"], energies: [5] },
    { removed: ["exponentiation", "objective"], energies: [4, 6] },
    { removed: ["exponentiation", "normalization"], energies: [5, 6] },
  ],
};
const FRAME = ["reset", "copy", "projector"];
const drawn = (definition: Definition, state: State, id = "here"): string =>
  poster(WIDGETS, definition.tag, id, JSON.stringify(state));
const attributes = (markup: string): readonly (readonly [string, string])[] =>
  [...markup.matchAll(/\s([a-zA-Z:-]+)="([^"]*)"/g)].map((m) => [m[1], m[2]] as const);
/** What is a number, or made of numbers. */
const MEASURED = ["style", "d", "viewBox", "min", "max", "step", "value", "x", "y"];
const count = (markup: string, what: RegExp): number => markup.match(what)?.length ?? 0;

describe.each(WIDGETS)("$tag", (definition) => {
  // The default and random states; those of one hypothesis and those with likelihoods below zero among them.
  const d = dice(31);
  const states: readonly State[] = [
    defaults(schemaOf(definition.tag)),
    ...(ODD[definition.tag] ?? []).map((odd) => ({ ...defaults(schemaOf(definition.tag)), ...odd })),
    ...Array.from({ length: EXAMPLES }, () => ({ ...randomState(definition, d), hide: [] })),
  ];
  const all = states.map((state) => ({ state, markup: drawn(definition, state) }));

  test("no length, path, label or word lacks its number", () => {
    const lacking = all.flatMap(({ state, markup }) =>
      attributes(markup)
        .filter(([name, value]) =>
          name === "data-value"
            ? !/^(?:NaN|-?Infinity|-?[\d.e+-]+)$/.test(value)
            : /NaN|Infinity|\[object|: ;/.test(value),
        )
        .concat(attributes(markup).filter(([name, value]) => MEASURED.includes(name) && /undefined|null/.test(value)))
        .map(([name, value]) => `${name}="${value}" at ${JSON.stringify(state)}`),
    );
    expect(lacking).toEqual([]);
    expect(all.filter(({ markup }) => />[^<]*(?:NaN|Infinity|\[object)/.test(markup))).toEqual([]);
  });

  test("every style is made of whole declarations, and no bar is narrower than nothing", () => {
    const wrong = all.flatMap(({ markup }) =>
      attributes(markup).flatMap(([name, value]) =>
        name === "style"
          ? value
              .split(";")
              .filter(
                (part) =>
                  part !== "" && (!/^ ?[a-z-]+: ?[^\s:][^:]*$/.test(part) || /^ ?(?:width|height): ?-/.test(part)),
              )
          : [],
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("drawn twice it is the same, and the same as the living view draws", () => {
    const act = (): void => undefined;
    for (const { state, markup } of all) {
      const reading = definition.read(state);
      const live = renderToString(
        frame(definition, state, reading, sentence(definition, state, reading, null), {
          id: "here",
          projector: false,
          notice: "",
          addressed: true,
          set: act,
          reset: act,
          copy: act,
          embed: act,
          project: act,
          stage: act,
        }) as VNode,
      );
      expect(live).toBe(markup);
    }
  });

  test("the meters in the page are those of the numbers", () => {
    for (const { state, markup } of all) {
      const reading = definition.read(state) as Partial<PipeReading>;
      const q =
        reading.mechanism && reading.energies ? measure(reading.mechanism, reading.energies) : reading.measurement;
      if (!q) expect(markup).not.toContain("data-meter=");
      if (!q) continue;
      const found = [...markup.matchAll(/data-meter="([a-z]+)" data-value="([^"]*)" data-holds="([a-z]+)"/g)].map(
        (m) => [m[1], Number(m[2]), m[3]],
      );
      expect(found).toEqual(
        METERS.map((meter) => [meter, q[meter].value, q[meter].holds === null ? "none" : String(q[meter].holds)]),
      );
      // Positivity at zero was judged by its logarithm: what is positive may be too small for a float.
      for (const [meter, value, holds] of found)
        if (holds !== "none" && !(meter === "positivity" && value === 0))
          expect(holds).toBe(String(meter === "positivity" ? (value as number) > 0 : (value as number) <= TOLERANCE));
    }
  });

  test("what a meter reads, rounded as it is, does not speak against its verdict", () => {
    const right = (meter: string, text: string): boolean =>
      text.endsWith("</small>")
        ? text.match(/1\.00<small>/g)?.length === 2
        : meter === "positivity"
          ? Number(text) > 0 || text === "> 0" || text === "∞"
          : text === (meter === "sum" ? "1.00" : "0.00");
    for (const { markup } of all)
      for (const [, meter, holds, text] of markup.matchAll(
        /data-meter="([a-z]+)"[^>]*data-holds="(true|false)".*?class="i-value[^>]*>(.*?)<\/div>/gs,
      ))
        expect([meter, text, right(meter, text)]).toEqual([meter, text, holds === "true"]);
  });

  test("of two sums, the one that is one reads so, whatever became of the other", () => {
    for (const { state, markup } of all) {
      const q = (definition.read(state) as Partial<PipeReading>).measurement;
      const [, s, c] =
        markup.match(/data-meter="sum".*?class="i-value i-two">(.*?)<small>s<\/small> (.*?)<small>c/s) ?? [];
      if (!q || s === undefined) continue;
      for (const [text, sum] of [
        [s, q.scoreSum],
        [c, q.creditSum],
      ] as const)
        expect(text === "1.00").toBe(Math.abs(sum - 1) <= TOLERANCE);
    }
  });

  test("it has its sentence and its name, and so has every slider", () => {
    for (const { markup } of all) {
      expect(markup).toMatch(/<p[^>]*role="status"[^>]*>.+?<\/p>/);
      expect(markup.match(/role="status"/g)).toHaveLength(1);
      expect(markup).toMatch(/<section[^>]*aria-labelledby="here-title"/);
      expect(markup.match(/id="here-title"/g)).toHaveLength(1);
      const ranges = [...markup.matchAll(/<input[^>]*type="range"[^>]*>/g)].map((m) => m[0]);
      expect(ranges).not.toHaveLength(0);
      for (const range of ranges) expect(range).toMatch(/aria-label="[^"]+"/);
      for (const range of ranges) expect(range).toMatch(/aria-valuetext="[^"]+"/);
    }
  });

  const controls = (definition.schema["hide"] as SubsetRule).options;
  // Enough of them for every control to be there in one.
  const few = all.slice(0, 24);
  const usable = (markup: string): number =>
    count(markup, /<(?:input|select|button(?![^>]*\sdata-act))(?![^>]*\sdisabled)/g) -
    count(markup, /<(?:div[^>]*\shidden|fieldset[^>]*\sdisabled)/g);
  test.each(controls)("a teacher's link can hide %s", (name) => {
    const hidden = few.map(({ state }) => drawn(definition, { ...state, hide: [name] }));
    if (FRAME.includes(name))
      few.forEach(({ markup }, i) =>
        expect([markup, hidden[i]].map((m) => m.includes(`data-act="${name}"`))).toEqual([true, false]),
      );
    // Some controls are there only in some states; hidden, none is there more than before, and somewhere there is one less.
    else expect(few.map(({ markup }, i) => Math.sign(usable(hidden[i]) - usable(markup))).sort()[0], name).toBe(-1);
  });

  test.each(controls.filter((name) => !FRAME.includes(name)))("a question locks %s until it is answered", (locks) => {
    const predict = { question: "Which meter breaks <first>?", choices: ["sum & ratio", "shift"], locks };
    const asked = few.map(({ state }) => drawn(definition, { ...state, predict, guess: -1 }));
    expect(asked[0]).toContain("Which meter breaks &lt;first>?");
    expect(asked[0]).toContain("sum &amp; ratio");
    // Two radio buttons are the question's own.
    expect(few.some(({ markup }, i) => usable(asked[i]) - 2 < usable(markup))).toBe(true);
    few
      .slice(0, 10)
      .forEach(({ state, markup }) =>
        expect(usable(drawn(definition, { ...state, predict, guess: 0 })) - 2).toBe(usable(markup)),
      );
  });
});

test("the square that would answer a question is not drawn before the guess", () => {
  const predict = { question: "Which breaks?", choices: ["sum", "match"], locks: "objective" };
  const squares = (guess: number): number =>
    count(drawn(fiveSwitches, { ...defaults(schemaOf(fiveSwitches.tag)), predict, guess }), /class="i-square"/g);
  expect(squares(0) - squares(-1)).toBe(1);
});

test.each(THREE)("$tag has a slider for every energy", (definition) => {
  const d = dice(32);
  for (let i = 0; i < 20; i++) {
    const state = randomState(definition, d);
    expect(count(drawn(definition, state), /<input[^>]*name="energy-\d"/g)).toBe(
      (state["energies"] as number[]).length,
    );
  }
});

test("an unknown widget, and a state that is none, are named", () => {
  expect(() => poster(WIDGETS, "iem-nothing", "x", "{}")).toThrow(
    `There is no widget <iem-nothing>; there are ${WIDGETS.map((w) => w.tag).join(", ")}.`,
  );
  expect(() => poster(WIDGETS, "iem-normalization", "x", '{"energies":[9]}')).toThrow(
    "energies must be 1 to 8 numbers from 0 to 4; got [9].",
  );
});

test("text from a state is text, never markup", () => {
  const predict = { question: "<img src=x onerror=alert(1)>", choices: ['"><b>', "&lt;"], locks: "energies" };
  const markup = drawn(exponentiation, { ...defaults(schemaOf(exponentiation.tag)), predict, guess: 0 });
  expect(markup).not.toMatch(/<img|"><b>“?"?>/);
  expect(markup).toContain("&lt;img src=x onerror=alert(1)>");
});
