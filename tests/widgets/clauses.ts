/**
 * What a widget's sentence claims, clause by clause, and whether it is so.
 *
 * A sentence is read from left to right: each clause must be one that is known here, and is then held against
 * the numbers. A clause that is not known is a fault: nothing may be said that no test can check.
 */

import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { sentence } from "../../iemlib/widgets/core/frame";
import { complete, type State } from "../../iemlib/widgets/core/schema";
import type { Act, Definition } from "../../iemlib/widgets/core/widget";
import { meterName } from "../../iemlib/widgets/marks/meters";
import type { Passage } from "../../iemlib/widgets/math/mechanism";
import type { Meter } from "../../iemlib/widgets/math/meters";
import type { Given } from "./widgets";

/** The sentence as it is heard: words without markup. */
export const spoken = (definition: Definition, state: State, act: Act<State> | null = null): string =>
  renderToString(h("p", null, sentence(definition, state, definition.read(state), act)))
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");

export interface Clause {
  readonly says: RegExp;
  readonly holds: (...said: string[]) => boolean;
}
const patterns = new Map<string, RegExp>();
/** In `says`, N stands for a number as the book writes it, L for a letter, LIST for letters as they are listed. */
const pattern = (says: string): RegExp => {
  const known = patterns.get(says);
  if (known) return known;
  const made = new RegExp(
    says
      .replace(/LIST/g, "([A-H](?:, [A-H])*(?: and [A-H])?)")
      .replace(/\bN\b/g, "(−?\\d+\\.\\d\\d|undefined|−?∞)")
      .replace(/\bL\b/g, "([A-H])"),
    "y",
  );
  patterns.set(says, made);
  return made;
};
export const clause = (says: string, holds: Clause["holds"]): Clause => ({ says: pattern(says), holds });
const JOINTS = /(?:, and | and |, |\. |\.$| )/y;

/** Everything in `text` that is not so, or not known. */
export const faults = (text: string, clauses: readonly Clause[]): readonly string[] => {
  const found: string[] = [];
  if (
    !/^(?:[A-Z]|All|You)/.test(text) ||
    !text.endsWith(".") ||
    /\s\s|\s[.,:]|[.,:]{2}|NaN|Infinity|null|\[object/.test(text)
  )
    found.push("not a sentence");
  let at = 0;
  while (at < text.length) {
    const known = clauses.flatMap((c) => {
      c.says.lastIndex = at;
      const match = c.says.exec(text);
      return match ? [{ c, match }] : [];
    });
    const longest = known.reduce<(typeof known)[number] | undefined>(
      (a, b) => (a && a.match[0].length >= b.match[0].length ? a : b),
      undefined,
    );
    if (!longest) return [...found, `not known: ${text.slice(at)}`];
    if (!longest.c.holds(...longest.match.slice(1))) found.push(`not so: ${longest.match[0]}`);
    at += longest.match[0].length;
    JOINTS.lastIndex = at;
    at += JOINTS.exec(text)?.[0].length ?? 0;
  }
  return found;
};

const SMALL = 1e-9;
export const TOLERANCE = 1e-6;
/** Whether `text` is the number `v` to two decimals, as the book writes it. */
export const reads = (text: string, v: number): boolean => {
  if (Number.isNaN(v)) return text === "undefined";
  if (!Number.isFinite(v)) return text === (v > 0 ? "∞" : "−∞");
  const number = Number(text.replace("−", "-"));
  return text !== "−0.00" && Math.abs(number - v) <= 0.005 + SMALL;
};
export const letter = (hypothesis: number): string => "ABCDEFGH"[hypothesis];
export const letters = (text: string): readonly string[] => text.split(/, | and /);
const alike = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);
const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const close = (a: number, b: number, within = TOLERANCE): boolean => Math.abs(a - b) <= within;

/** Clauses about one state of a pipe: its scores s, its credit c, and the meters that are broken. */
export const ofState = (p: Passage, broken: readonly Meter[]): readonly Clause[] => {
  const [s, c] = [p.scores, p.credit];
  const named = (of: (i: number) => boolean): readonly string[] => p.kept.filter((_, i) => of(i)).map(letter);
  const at = (name: string): number => p.kept.map(letter).indexOf(name);
  const gap = (i: number): number => Math.abs(s[i] - c[i]);
  return [
    clause("[Cc]redit equals score for every hypothesis: ([\\d., ]+), together 1", (list) => {
      const shares = list.split(", ");
      return (
        close(add(s), 1) &&
        s.length === shares.length &&
        shares.every((text, i) => reads(text, s[i]) && gap(i) <= TOLERANCE)
      );
    }),
    clause(
      "L is alone: its score is N whatever its energy, for nothing is compared",
      (name, share) => alike(p.kept.map(letter), [name]) && reads(share, s[0]) && broken.length === 0,
    ),
    clause("[Ss]cores and credits still add to 1", () => close(add(s), 1) && close(add(c), 1)),
    clause(
      "[Ss]cores and credits add to N",
      (total) => total !== "1.00" && reads(total, add(s)) && reads(total, add(c)) && broken.includes("sum"),
    ),
    clause(
      "[Ss]cores add to N, credits to N",
      (scores, credit) => reads(scores, add(s)) && reads(credit, add(c)) && broken.includes("sum"),
    ),
    clause(
      "[Ss]cores and credits add not quite to 1",
      () => broken.includes("sum") && [s, c].every((v) => close(add(v), 1, 0.005 + SMALL)),
    ),
    clause("[Cc]redit is not quite the score", () => broken.includes("match") && s.every((_, i) => gap(i) < 0.01)),
    clause("[Cc]redit is still the score", () => s.every((_, i) => gap(i) <= TOLERANCE)),
    clause(
      "[Ee]very hypothesis gets the same credit, N, whether it fits or not",
      (credit) => c.length > 1 && c.every((v) => close(v, c[0], SMALL)) && reads(credit, c[0]),
    ),
    clause("L scores N but gets credit N", (name, score, credit) => {
      const i = at(name);
      return (
        score !== credit &&
        reads(score, s[i]) &&
        reads(credit, c[i]) &&
        gap(i) > TOLERANCE &&
        gap(i) >= Math.max(...s.map((_, k) => gap(k))) - SMALL
      );
    }),
    clause(
      "[Ll]earning pushes ((?:[A-H] \\((?:−\\d+\\.\\d\\d|just below 0)\\)(?:, | and )?)+) the wrong way",
      (list) => {
        const pushed = letters(list).map((item) => [item[0], item.slice(3, -1)] as const);
        return (
          alike(
            pushed.map(([name]) => name),
            named((i) => c[i] < 0),
          ) &&
          pushed.every(([name, credit]) =>
            credit === "just below 0" ? c[at(name)] > -0.005 : reads(credit, c[at(name)]),
          )
        );
      },
    ),
    clause("LIST gets exactly nothing", (name) =>
      alike(
        [name],
        named((i) => c[i] === 0),
      ),
    ),
    clause(
      "LIST get exactly nothing",
      (list) =>
        letters(list).length > 1 &&
        alike(
          letters(list),
          named((i) => c[i] === 0),
        ),
    ),
    clause(
      "[Tt]he likelihoods sum to N: without a logarithm there is no objective here, and no credit",
      (total) =>
        reads(total, add(p.likelihoods)) && add(p.likelihoods) <= 0 && Number.isNaN(p.value) && c.every(Number.isNaN),
    ),
    // The meters under their names on the picture.
    clause("Broken: ([a-z, ]+)", (list) => alike(list.split(", "), broken.map(meterName))),
  ];
};

/** Clauses about what one hypothesis' new energy did to the scores. */
export const ofMove = (hypothesis: number, from: number, to: number, was: Passage, now: Passage): readonly Clause[] => {
  const i = now.kept.indexOf(hypothesis);
  const moves = now.scores.map((s, k) => s - was.scores[k]);
  const others = moves.filter((_, k) => k !== i);
  return [
    clause(
      "You (raised|lowered|put back) L to N:",
      (verb, name, value) =>
        name === letter(hypothesis) &&
        reads(value, to) &&
        verb === (to > from ? "raised" : to < from ? "lowered" : "put back"),
    ),
    clause("it is not in the set, so no one asks", () => i < 0),
    clause("its score went from N to N", (a, b) => reads(a, was.scores[i]) && reads(b, now.scores[i]) && a !== b),
    clause("its score stays at N", (a) => reads(a, was.scores[i]) && reads(a, now.scores[i])),
    clause("no other score moved", () => others.length > 0 && others.every((v) => Math.abs(v) <= SMALL)),
    clause(
      "the (others?) (took exactly what it lost|gave up exactly what it gained)",
      (who, what) =>
        close(add(others), -moves[i], SMALL) &&
        what.startsWith("took") === moves[i] < 0 &&
        who.endsWith("s") === others.length > 1,
    ),
  ];
};

/** A whole state of a widget out of a part of one. */
export const state = (definition: Definition, given: Given): State => {
  const whole = complete(definition.schema, given);
  if (whole instanceof Error) throw whole;
  return whole;
};
/** All that is wrong with what is said of a state, with the state that shows it. */
export const wrong = (
  definition: Definition,
  now: State,
  act: Act<State> | null,
  clauses: readonly Clause[],
  failing: readonly string[],
): string[] => {
  const text = spoken(definition, now, act);
  const found = [...faults(text, clauses)];
  if (text.includes("Broken:") !== failing.length > 0) found.push("broken meters and “Broken:” do not go together");
  return found.map((fault) => `${fault} | ${text} | ${JSON.stringify({ now, act })}`);
};

/** What a widget's sentence may say, and whether it is so: `tests/widgets/claims/<kind>.ts` exports one as `claims`. */
export interface Claims<S> {
  /** States to be tried beside random ones: those that the chapters show, and odd ones. */
  readonly states?: readonly Given[];
  /**
   * Every clause that may be said of a state, after an act or before any, and the meters that are broken there. They
   * are computed from the numbers of the state, not as the widget computes them.
   */
  readonly of: (
    state: S,
    act: Act<S> | null,
  ) => { readonly clauses: readonly Clause[]; readonly broken: readonly Meter[] };
}
