/** Random states of a widget, the same ones every time. */
import type { State } from "../../iemlib/widgets/core/schema";
import type { Definition } from "../../iemlib/widgets/core/widget";

/** How many examples a test tries; `make check` asks for fewer. */
export const EXAMPLES = Number(process.env["IEM_EXAMPLES"] ?? 60);

export interface Dice {
  /** A number from 0 up to 1. */
  readonly roll: () => number;
  /** A whole number below `count`. */
  readonly below: (count: number) => number;
  readonly one: <T>(of: readonly T[]) => T;
  readonly some: <T>(of: readonly T[]) => readonly T[];
}

/** Mulberry32: 32 bits of state, the same sequence for a seed everywhere. */
export const dice = (seed: number): Dice => {
  let a = seed >>> 0;
  const roll = (): number => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(roll() * count);
  return { roll, below, one: (of) => of[below(of.length)], some: (of) => of.filter(() => roll() < 0.5) };
};

/** A value of a control: mostly one of its steps, at times an end or any double between. */
const between = (d: Dice, low: number, high: number, step: number): number => {
  const kind = d.roll();
  if (kind < 0.1) return d.one([low, high]);
  if (kind < 0.2) return low + (high - low) * d.roll();
  const steps = Math.round((high - low) / step);
  return Math.min(high, Number((low + step * d.below(steps + 1)).toFixed(10)));
};

/** Energies within a widget's limits, ties and single ones among them. */
export const randomNumbers = (
  d: Dice,
  low: number,
  high: number,
  step: number,
  most: number,
  least = 1,
): readonly number[] => {
  const made = Array.from({ length: least + d.below(most - least + 1) }, () => between(d, low, high, step));
  return d.roll() < 0.15 ? made.map(() => made[0]) : made;
};

/** What is left of a text when it is broken off. */
const part = (d: Dice, text: string): string => text.slice(0, d.below(text.length));

/** Any state that a widget's schema allows, without a question. */
export const randomState = ({ schema }: Pick<Definition, "schema">, d: Dice): State =>
  Object.fromEntries(
    Object.entries(schema).map(([name, rule]) => {
      switch (rule.type) {
        case "number":
          return [name, between(d, rule.low, rule.high, rule.step)];
        case "numbers":
          return [name, randomNumbers(d, rule.low, rule.high, rule.step, rule.most, rule.least)];
        case "choice":
          // Any text, where any will do: one of those that are offered, or a part of one.
          return [name, rule.most && d.roll() < 0.2 ? part(d, d.one(rule.options)) : d.one(rule.options)];
        case "subset":
          return [name, d.some([...new Set(rule.options)])];
        default:
          return [name, rule.default];
      }
    }),
  ) as State;

/** One of `energies` moved by a hand: a step, or anywhere from 0 to `high`. */
export const moved = (
  d: Dice,
  energies: readonly number[],
  high: number,
): { readonly k: number; readonly to: readonly number[] } => {
  const k = d.below(energies.length);
  const value =
    d.roll() < 0.3
      ? Math.max(0, Math.min(high, energies[k] + d.one([-0.05, 0.05])))
      : Number((high * d.roll()).toFixed(2));
  return { k, to: energies.map((e, i) => (i === k ? value : e)) };
};
