/** Energies: its sentence is true of every state and act, and its picture shows the shares and who owns a place. */
import { renderToString } from "preact-render-to-string";
import type { VNode } from "preact";
import { expect, test } from "vitest";
import { definition as energies } from "../../iemlib/widgets/energies/view";
import { implicit_em, pass, type Mechanism } from "../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../iemlib/widgets/math/meters";
import type { State } from "../../iemlib/widgets/core/schema";
import type { Act } from "../../iemlib/widgets/core/widget";
import { clause, letter, ofState, reads, spoken, state, wrong } from "./clauses";
import type { Given } from "./widgets";
import { dice, randomState, type Dice } from "./random";

interface Line {
  readonly z: number;
  readonly prototypes: readonly number[];
  readonly kernel: "squared_distance" | "absolute" | "gaussian" | "dot_product";
  readonly offset: number;
  readonly unit: number;
  readonly ruler: "given" | "own";
}
const ROUNDS = 300;
const KERNELS = {
  squared_distance: "Squared distance",
  absolute: "Absolute distance",
  gaussian: "Gaussian with volume",
  dot_product: "Inner product",
} as const;
const RULERS = { given: "everybody’s ruler", own: "B’s own ruler" } as const;

/** The energies by other formulas than the widget's: −log of a density, and the like. */
const given = (s: Line, z: number): readonly number[] =>
  s.prototypes.map((m, k) => {
    const width = k === 1 ? s.unit ** -0.5 : 1;
    switch (s.kernel) {
      case "squared_distance":
        return (z * z - 2 * z * m + m * m) / 2;
      case "absolute":
        return Math.max(z - m, m - z);
      case "dot_product":
        return -(z * m);
      case "gaussian":
        return -Math.log(Math.exp(-(((z - m) / width) ** 2) / 2) / (width * Math.sqrt(2 * Math.PI)));
    }
  });
const factor = (s: Line): number => (s.kernel === "gaussian" ? 1 : s.unit);
const counted = (s: Line, z: number): readonly number[] =>
  given(s, z).map((d, k) => (k === 1 ? factor(s) * d + s.offset : d));
const shares = (s: Line, z: number): readonly number[] => pass(implicit_em, counted(s, z)).scores;

const mechanism = (s: Line): Mechanism =>
  s.ruler === "own"
    ? implicit_em
    : {
        ...implicit_em,
        energies: {
          ...implicit_em.energies,
          unit: (count) => Array.from({ length: count }, (_, k) => (k === 1 ? factor(s) : 1)),
          offset: (count) => Array.from({ length: count }, (_, k) => (k === 1 ? s.offset : 0)),
        },
      };

/** The largest difference between the energies of two neighbours, halfway between them. */
const apart = (s: Line): number => {
  const standing = s.prototypes.map((m, k) => ({ m, k })).sort((a, b) => a.m - b.m || a.k - b.k);
  return Math.max(
    ...standing.slice(1).map((right, i) => {
      const left = standing[i];
      const e = counted(s, (left.m + right.m) / 2);
      return Math.abs(e[left.k] - e[right.k]);
    }),
  );
};

const said = (given_: Given, act: Act<State> | null): string[] => {
  const now = state(energies, given_);
  const s = now as unknown as Line;
  const d = (s.ruler === "own" ? counted : given)(s, s.z);
  const p = pass(mechanism(s), d);
  const failing = broken(measure(mechanism(s), d));
  const clauses = [
    ...ofState(p, failing),
    clause(
      "([A-Z][a-z]+ [a-z ]+), measured on (everybody’s ruler|B’s own ruler)",
      (kernel, ruler) => kernel === KERNELS[s.kernel] && ruler === RULERS[s.ruler],
    ),
    clause("Datum z is N", (z) => reads(z, s.z)),
    clause("Prototype of L is N", (name, m) => reads(m, s.prototypes["ABCDEFGH".indexOf(name)])),
    clause(
      "B’s own zero is ([+−]?\\d\\.\\d\\d) nats",
      (b) => reads(b.replace("+", ""), s.offset) && b.startsWith("+") === s.offset > 0,
    ),
    clause("B’s own unit is N", (a) => s.kernel !== "gaussian" && reads(a, s.unit)),
    clause(
      "B’s own unit is N, volume ([+−]?\\d\\.\\d\\d)",
      (a, volume) =>
        s.kernel === "gaussian" && reads(a, s.unit) && reads(volume.replace("+", ""), Math.log(s.unit ** -0.5)),
    ),
    clause("Halfway between neighbours, energies are equal", () => s.prototypes.length > 1 && apart(s) < 1e-6),
    clause(
      "Halfway between neighbours, energies differ by up to N",
      (gap) => s.prototypes.length > 1 && apart(s) > 0 && reads(gap, apart(s)),
    ),
  ];
  const text = spoken(energies, now, act);
  const halfway =
    text.includes("Halfway") === s.prototypes.length > 1 ? [] : [`halfway of ${s.prototypes.length} | ${text}`];
  return [...wrong(energies, now, act, clauses, failing), ...halfway];
};

/** Mostly what a reader has on the line, at times anything; mostly one ruler for all. */
const anything = (d: Dice): Given => {
  const random = randomState(energies, d);
  const few = d.roll() < 0.6 ? { prototypes: (random["prototypes"] as number[]).slice(0, 4) } : {};
  return { ...random, ...few, ...(d.roll() < 0.3 ? { offset: 0 } : {}), ...(d.roll() < 0.4 ? { unit: 1 } : {}) };
};

test("what is said is so, of random states and of those that the chapter shows", () => {
  const d = dice(41);
  const shown: readonly Given[] = [
    {},
    { offset: 1 },
    { unit: 0.25 },
    { unit: 0.2 },
    { kernel: "gaussian", unit: 0.25 },
    { unit: 0.25, offset: Math.log(2) },
    { kernel: "dot_product" },
    { kernel: "dot_product", offset: -2 },
    { prototypes: [0, 0, 0] },
    { prototypes: [1] },
    { offset: 0.001 },
    { kernel: "absolute", prototypes: [1, 2], offset: -1 },
  ];
  const found = (Object.keys(KERNELS) as Line["kernel"][]).flatMap((kernel) =>
    [...shown, ...Array.from({ length: ROUNDS }, () => anything(d))].flatMap((s) => said({ ...s, kernel }, null)),
  );
  expect(found).toEqual([]);
});

test("what is said is so after each control was moved, by a step or far", () => {
  const d = dice(42);
  const found = Array.from({ length: ROUNDS }, () => state(energies, anything(d))).flatMap((from) => {
    const other = state(energies, anything(d));
    const prototypes = from["prototypes"] as number[];
    const k = d.below(prototypes.length);
    const to =
      d.roll() < 0.4 ? Math.max(-4, Math.min(4, prototypes[k] + d.one([-0.05, 0.05]))) : (other["z"] as number);
    return [
      ...["z", "offset", "unit", "kernel", "ruler"].flatMap((control) =>
        said({ ...from, [control]: other[control] }, { control, from }),
      ),
      ...said(
        { ...from, prototypes: prototypes.map((m, j) => (j === k ? to : m)) },
        { control: `prototype-${k}`, from },
      ),
    ];
  });
  expect(found).toEqual([]);
});

const nothing = (): void => undefined;
const drawn = (now: State): string =>
  renderToString(
    energies.picture(now, energies.read(now), {
      set: nothing,
      span: () => ({ low: 0, high: 1, step: 1 }),
      options: () => [],
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
    const [wells, band] = ["i-wells", "i-band"].map((name) => {
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
