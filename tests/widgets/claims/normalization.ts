/** Two squares from one start: what the sentence may say of those who answer on the left, and on the right. */

import { movedBy } from "../../../iemlib/widgets/marks/controls";
import { implicit_em, type Passage, pass } from "../../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../../iemlib/widgets/math/meters";
import { type State, schema } from "../../../iemlib/widgets/normalization/state";
import { type Claims, type Clause, clause, letter, letters, ofState, reads } from "../clauses";
import { built } from "../golden";

/** Less than this is no move: its two decimals are 0.00. */
const STILL = 0.005;

const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const list = (text: string, values: readonly number[]): boolean =>
  text.split(", ").length === values.length && text.split(", ").every((v, i) => reads(v, values[i]));

/** One side: how its scores, all but the `k`-th, went from those of the start to those of now, and their sum. */
const answers = (lead: string, adds: string, k: number, was: Passage, now: Passage): readonly Clause[] => {
  const one = "[A-H] (?:stays (?:near )?|goes from [\\d.]+ to )[\\d.]+";
  const move = (text: string): boolean => {
    const [name, verb] = text.split(" ");
    const [first = "", second = ""] = text.match(/[\d.]+/g) ?? [];
    const at = "ABCDEFGH".indexOf(name);
    const [from, to] = [was.scores[at], now.scores[at]];
    if (verb === "goes") return first !== second && reads(first, from) && reads(second, to);
    return reads(first, to) && (text.includes("near") ? reads(first, from) : Math.abs(from - to) < 1e-9);
  };
  const others = [...now.scores.keys()].filter((i) => i !== k);
  const everyOther = (list: string): boolean => {
    const told = list.split(/, | and /);
    return told.map(([name]) => name).join() === others.map(letter).join() && told.every(move);
  };
  return [
    clause(
      `${lead} (${one}(?:, ${one})*(?: and ${one})?), ${adds}N in all`,
      (list, total) => everyOther(list) && reads(total, add(now.scores)),
    ),
  ];
};

export const claims: Claims<State> = {
  states: schema.instead.options.flatMap((instead) => [
    { instead },
    { instead, energies: [2.5, 1.2, 1.6], start: [0.7, 1.2, 1.6] },
    { instead, energies: [4, 4, 4] },
  ]),
  of: ({ energies, start, instead }, act) => {
    // From the golden vectors' words: not as the widget builds it.
    const m = built({ normalization: { kind: instead } });
    const name = m.normalization.name.replace(/^./, (first) => first.toUpperCase());
    const began = energies.map((d, k) => start[k] ?? d);
    const changes = energies.map((d, k) => d - began[k]);
    const most = Math.max(...changes.map(Math.abs));
    const k = movedBy(act, "Energy") < 0 ? changes.map(Math.abs).indexOf(most) : movedBy(act, "Energy");
    const moved = [...energies.keys()].filter((i) => Math.abs(changes[i]) >= STILL).map(letter);
    const alone = energies.length === 1;
    const [left, right] = [pass(implicit_em, energies), pass(m, energies)];
    const failing = broken(measure(m, energies));
    return {
      clauses: [
        ...ofState(right, failing),
        clause("Both squares start from the same energies", () => Math.abs(changes[k]) < STILL),
        clause("Raise one", () => Math.min(...energies) < 4),
        clause(`${name}, on the right`, () => act?.control === "instead"),
        clause(`${name}:`, () => true),
        clause("L is alone", (who) => who === "A" && alone),
        clause("Normalized it keeps N", (share) => share === "1.00" && alone),
        clause(
          "L is (raised|lowered) by N",
          (who, verb, by) =>
            who === letter(k) && reads(by, Math.abs(changes[k])) && verb === (changes[k] > 0 ? "raised" : "lowered"),
        ),
        clause("LIST have moved", (who) => moved.length > 1 && letters(who).join() === moved.join()),
        clause("Normalized, the scores are ([\\d., ]+), still 1.00 in all", (shares) => list(shares, left.scores)),
        clause(
          `${name}: ([\\d., ]+), N in all`,
          (shares, total) => list(shares, right.scores) && reads(total, add(right.scores)),
        ),
        // One has moved: each side says what the others did, the left of the exact scores, the right of the other ones.
        ...answers("Normalized, the others answer:", "still ", k, pass(implicit_em, began), left),
        ...answers(`${name}:`, "", k, pass(m, began), right),
      ],
      broken: failing,
    };
  },
};
