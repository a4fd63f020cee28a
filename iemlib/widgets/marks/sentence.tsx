import type { Child } from "../core/widget";
import { sum } from "../math/array";
import type { Passage } from "../math/mechanism";
import { broken, type Measurement } from "../math/meters";
import { capital, LETTERS, listed, two } from "./format";
import { meterName } from "./meters";

const bold = (text: string): Child => <b>{text}</b>;
/** Two numbers that are the same for every reader: equal far below the second decimal. */
const EQUAL = 1e-9;

/** What the numbers of a state say, each clause from a measurement, none from a switch. */
export const consequence = (p: Passage, q: Measurement): string => {
  const letter = (i: number): string => LETTERS[p.kept[i]];
  if (!Number.isFinite(q.scoreSum) || !Number.isFinite(q.creditSum))
    return `The likelihoods sum to ${two(sum(p.likelihoods))}: without a logarithm there is no objective here, and no credit.`;
  if (broken(q).length === 0 && p.scores.length === 1)
    return `${letter(0)} is alone: its score is ${two(p.scores[0])} whatever its energy, for nothing is compared.`;
  if (broken(q).length === 0)
    return `Credit equals score for every hypothesis: ${p.scores.map(two).join(", ")}, together 1.`;
  const clauses: string[] = [];
  const [s, c] = [two(q.scoreSum), two(q.creditSum)];
  const totals =
    s !== c
      ? `scores add to ${s}, credits to ${c}`
      : s === "1.00"
        ? "scores and credits add not quite to 1"
        : `scores and credits add to ${s}`;
  if (q.sum.holds) clauses.push("scores and credits still add to 1");
  else clauses.push(totals);
  if (q.match.holds) clauses.push("credit is still the score");
  else if (p.credit.length > 1 && p.credit.every((c) => Math.abs(c - p.credit[0]) < EQUAL))
    clauses.push(`every hypothesis gets the same credit, ${two(p.credit[0])}, whether it fits or not`);
  else {
    const gaps = p.scores.map((s, i) => Math.abs(s - p.credit[i]));
    const worst = gaps.indexOf(Math.max(...gaps));
    const [score, credit] = [two(p.scores[worst]), two(p.credit[worst])];
    clauses.push(
      score === credit ? "credit is not quite the score" : `${letter(worst)} scores ${score} but gets credit ${credit}`,
    );
  }
  const wrong = p.credit.flatMap((c, i) =>
    c < 0 ? [`${letter(i)} (${two(c) === two(0) ? "just below 0" : two(c)})`] : [],
  );
  if (wrong.length) clauses.push(`learning pushes ${listed(wrong)} the wrong way`);
  const silent = p.credit.flatMap((c, i) => (c === 0 ? [letter(i)] : []));
  if (silent.length) clauses.push(`${listed(silent)} ${silent.length > 1 ? "get" : "gets"} exactly nothing`);
  const text =
    clauses.length > 1 ? `${clauses.slice(0, -1).join(", ")}, and ${clauses[clauses.length - 1]}.` : `${clauses[0]}.`;
  return capital(text);
};

/** "Broken: sum, match." or nothing. */
export const verdict = (q: Measurement): string => {
  const names = broken(q).map(meterName);
  return names.length ? ` Broken: ${names.join(", ")}.` : "";
};

/** What one hypothesis' new energy did to its score, and what the others did about it. */
export const answer = (hypothesis: number, from: number, to: number, before: Passage, after: Passage): Child[] => {
  const name = LETTERS[hypothesis];
  const i = after.kept.indexOf(hypothesis);
  const verb = to > from ? "raised" : to < from ? "lowered" : "put back";
  if (i < 0) return [`You ${verb} `, bold(name), ` to ${two(to)}: it is not in the set, so no one asks.`];
  const [s0, s1] = [before.scores[i], after.scores[i]];
  const lead: Child[] = [`You ${verb} `, bold(name), ` to ${two(to)}: `];
  if (!Number.isFinite(s0) || !Number.isFinite(s1)) return [...lead, `its score went from ${two(s0)} to ${two(s1)}.`];
  const rest = after.scores.map((s, k) => s - before.scores[k]).filter((_, k) => k !== i);
  const change = s1 - s0;
  const went = two(s0) === two(s1) ? `its score stays at ${two(s1)}` : `its score went from ${two(s0)} to ${two(s1)}`;
  if (rest.length === 0) return [...lead, `${went}.`];
  if (rest.every((v) => Math.abs(v) < EQUAL)) return [...lead, `${went}, and no other score moved.`];
  if (Math.abs(sum(rest) + change) < EQUAL && two(s0) !== two(s1))
    return [
      ...lead,
      `${went}, and the other${rest.length > 1 ? "s" : ""} ${change < 0 ? "took exactly what it lost" : "gave up exactly what it gained"}.`,
    ];
  return [...lead, `${went}.`];
};
