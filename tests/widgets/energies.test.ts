/** Energies: its picture shows the shares and who owns a place; of neighbours it is said how they stand. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { ChoiceRule, State } from "../../iemlib/widgets/core/schema";
import { definition as energies } from "../../iemlib/widgets/energies/view";
import { implicit_em, pass } from "../../iemlib/widgets/math/mechanism";
import { counted, given, KERNELS, type Line } from "./claims/energies";
import { letter, spoken, state } from "./clauses";
import { type Dice, dice, randomState } from "./random";
import type { Given } from "./widgets";

const ROUNDS = 300;
const shares = (s: Line, z: number): readonly number[] => pass(implicit_em, counted(s, z)).scores;

/** Mostly what a reader has on the line, at times anything; mostly one ruler for all. */
const anything = (d: Dice): Given => {
  const random = randomState(energies, d);
  const few = d.roll() < 0.6 ? { prototypes: (random.prototypes as number[]).slice(0, 4) } : {};
  return { ...random, ...few, ...(d.roll() < 0.3 ? { offset: 0 } : {}), ...(d.roll() < 0.4 ? { unit: 1 } : {}) };
};

test("how energies stand halfway between neighbours is said wherever there are neighbours, and nowhere else", () => {
  const d = dice(41);
  for (let round = 0; round < ROUNDS; round++) {
    const now = state(energies, anything(d));
    const count = (now as unknown as Line).prototypes.length;
    for (const act of [null, { control: "z", from: now }])
      expect(spoken(energies, now, act).includes("Halfway"), `of ${count}`).toBe(count > 1);
  }
});

const nothing = (): void => undefined;
const drawn = (now: State): string =>
  renderToString(
    energies.picture(now, energies.read(now), {
      set: nothing,
      span: () => ({ low: 0, high: 1, step: 1 }),
      options: (trait) => (energies.schema[trait] as ChoiceRule).options as readonly never[],
      shows: () => true,
      locked: () => false,
      waiting: false,
      id: "it",
      said: null,
    }) as VNode,
  );
const strips = (markup: string): readonly string[] =>
  markup
    .split('class="i-owners"')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf("</span>")));

/** Whose mark a strip shows at a share of its length: the last stretch that begins at or before it. */
const shown = (strip: string, at: number): number => {
  const starts = [...strip.matchAll(/<i(?=[^>]*i-bar i-h(\d))(?=[^>]*left:\s?([\d.]+)%)/g)].map(
    (m) => [Number(m[1]), Number(m[2]) / 100] as const,
  );
  return starts.filter(([, from]) => from <= at + 1e-9).at(-1)?.[0] ?? -1;
};

test("the strip, and the small one of each kernel, shows at each place whose energy is the least", () => {
  const d = dice(43);
  for (let round = 0; round < 60; round++) {
    const now = state(energies, anything(d));
    const s = now as unknown as Line;
    const [...five] = strips(drawn(now));
    expect(five).toHaveLength(5);
    const kernels = [...Object.keys(KERNELS), s.kernel] as Line["kernel"][];
    kernels.forEach((kernel, i) => {
      for (let j = 0; j < 40; j++) {
        const fine = i < 4 ? 80 : 320;
        const place = Math.floor(fine * d.roll()) + 0.5;
        const e = counted({ ...s, kernel }, -4 + (8 * place) / fine);
        const k = shown(five[i], place / fine);
        // Colours come round again after the fourth.
        expect(Math.min(...e.filter((_, h) => h % 4 === k)) - Math.min(...e)).toBeLessThan(1e-9);
      }
    });
  }
});

test("the band shows the shares at every place, one upon the other, and its curves the energies", () => {
  const d = dice(44);
  for (let round = 0; round < 40; round++) {
    const now = state(energies, { ...anything(d), hide: [] });
    const s = now as unknown as Line;
    const [low, high] = s.kernel === "dot_product" ? [-9, 9] : [-2, 6];
    const [wells, band] = ["i-wells", "i-share-curves"].map((name) => {
      const from = drawn(now).split(`i-plot ${name}`)[1];
      return [
        ...from.slice(0, from.indexOf("</svg>")).matchAll(/<path(?=[^>]* class="([^"]*)")(?=[^>]* d="([^"]*)")/g),
      ].map((m) => ({
        look: m[1].trim(),
        points: [...m[2].matchAll(/([\d.]+) ([\d.]+)/g)].map(
          ([, x, y]) => [-4 + (8 * Number(x)) / 100, 1 - Number(y) / 100] as const,
        ),
      }));
    });
    const count = s.prototypes.length;
    expect(band.map((b) => b.look)).toEqual(s.prototypes.map((_, k) => `i-h${k % 4}`).reverse());
    band.forEach(({ points }, i) => {
      expect(points).toHaveLength(81);
      for (const [z, top] of points)
        expect(top).toBeCloseTo(
          shares(s, z)
            .slice(0, count - i)
            .reduce((a, b) => a + b, 0),
          3,
        );
    });
    const known = count > 1 && s.ruler === "given" ? 1 : 0;
    expect(wells).toHaveLength(count + known);
    wells.forEach(({ look, points }, i) => {
      const given_ = look.endsWith("i-given");
      expect(given_).toBe(i < known);
      // x is rounded to a hundredth of a percent, and the steepest curve rises by 40 nats in the plot's width.
      for (const [z, y] of points)
        expect(Math.abs(low + y * (high - low) - (given_ ? given(s, z)[1] : counted(s, z)[i - known]))).toBeLessThan(
          0.02,
        );
    });
  }
});

test("marks stand halfway between neighbours", () => {
  const strip = strips(drawn(state(energies, { prototypes: [3, -2, 0] })))[4];
  expect([...strip.matchAll(/<i(?=[^>]*i-before)(?=[^>]*left:\s?([\d.]+)%)/g)].map((m) => Number(m[1]))).toEqual([
    37.5, 68.75,
  ]);
});

test("an own zero or unit of nobody is offered to nobody", () => {
  const alone = drawn(state(energies, { prototypes: [1], offset: 1, unit: 0.5 }));
  expect([...alone.matchAll(/name="([^"]*)"/g)].map((m) => m[1])).toEqual([
    "it-kernel",
    "it-kernel",
    "it-kernel",
    "it-kernel",
    "prototype-0",
    "z",
  ]);
  expect(letter(1)).toBe("B");
});
