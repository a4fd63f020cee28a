/** What attention's widget may say: weights and slopes by differences of log-sum-exp, credit by differences of the loss. */
import type { State } from "../../../iemlib/widgets/attention/state";
import { implicit_em, pass } from "../../../iemlib/widgets/math/mechanism";
import type { Meter } from "../../../iemlib/widgets/math/meters";
import { type Claims, clause, letter, letters, reads, TOLERANCE } from "../clauses";
import type { Given } from "../widgets";

type Point = readonly [number, number];
const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const SMALL = 1e-7;

/** Keys and values, the sink's among them, by complex numbers: a key of one length is 1.6 times its direction. */
const memory = (s: State): readonly { readonly key: Point; readonly value: Point }[] => {
  const keys = s.keys_across.slice(0, s.keys_up.length).map((x, k): Point => {
    const y = s.keys_up[k];
    const length = Math.sqrt(x * x + y * y);
    if (s.lengths === "own") return [x, y];
    return length > 0 ? [(1.6 * x) / length, (1.6 * y) / length] : [1.6, 0];
  });
  const all = keys.map((key, k) => {
    const [x, y] = [s.values_across[k], s.values_up[k]];
    return { key, value: s.tied === "on" || x === undefined || y === undefined ? key : ([x, y] as const) };
  });
  return s.sink === "on" ? [...all, { key: [0, 0], value: [0, 0] }] : all;
};
const energiesAt = (s: State, [x, y]: Point): readonly number[] =>
  memory(s).map(({ key }) => -(x * key[0] + y * key[1]));
const query = (s: State): Point => [s.query_across, s.query_up];
const energies = (s: State): readonly number[] => energiesAt(s, query(s));
const weightsAt = (d: readonly number[]): readonly number[] =>
  d.map((e) => 1 / add(d.map((other) => Math.exp(e - other))));
const weights = (s: State): readonly number[] => weightsAt(energies(s));
const readOutAt = (s: State, d: readonly number[]): Point => {
  const shares = weightsAt(d);
  return [0, 1].map((i) => add(memory(s).map(({ value }, k) => shares[k] * value[i]))) as unknown as Point;
};
const readOut = (s: State): Point => readOutAt(s, energies(s));
/** A loss that is not straight, and has the message as its gradient at the read-out. */
const loss = (s: State, o: Point): number => {
  const [x, y] = readOut(s);
  const turn = (s.direction / 180) * Math.PI;
  const [dx, dy] = [o[0] - x, o[1] - y];
  return 0.3 * (dx * Math.cos(turn) + dy * Math.sin(turn)) + 0.5 * (dx * dx + dx * dy) - dy ** 3;
};
/** −∂(−loss)/∂d, by differences. */
const credit = (s: State): readonly number[] => {
  const step = 1e-5;
  const d = energies(s);
  return d.map((_, k) => {
    const [up, down] = [1, -1].map((sign) => d.map((e, j) => (j === k ? e + sign * step : e)));
    return (loss(s, readOutAt(s, up)) - loss(s, readOutAt(s, down))) / (2 * step);
  });
};
/** How much more a value alone costs than the read-out, while the loss is straight. */
const more = (s: State, k: number): number => {
  const turn = (s.direction / 180) * Math.PI;
  const [o, { value }] = [readOut(s), memory(s)[k]];
  return 0.3 * ((value[0] - o[0]) * Math.cos(turn) + (value[1] - o[1]) * Math.sin(turn));
};
/** Whether ∂c/∂d is c·c off the diagonal, for a straight loss and as the meters judge; with one credit there is no pair. */
const couples = (s: State): boolean => {
  const costs = memory(s).map((_, k) => more(s, k));
  if (costs.filter((a) => Math.abs(a) > 1e-12).length < 2) return true;
  const straight = (d: readonly number[]): readonly number[] => {
    const shares = weightsAt(d);
    const average = add(shares.map((share, k) => share * costs[k]));
    return shares.map((share, k) => share * (average - costs[k]));
  };
  const [d, step] = [energies(s), 1e-5];
  const c = straight(d);
  return c.every((_, k) => {
    const [up, down] = [1, -1].map((sign) => straight(d.map((e, j) => (j === k ? e + sign * step : e))));
    return c.every((own, h) => h === k || Math.abs((up[h] - down[h]) / (2 * step) - own * c[k]) <= TOLERANCE);
  });
};
/** The slope of log-sum-exp in the query, by differences. */
const slope = (s: State): Point => {
  const step = 1e-5;
  const [x, y] = query(s);
  const value = (q: Point): number => pass(implicit_em, energiesAt(s, q)).value;
  return [
    (value([x + step, y]) - value([x - step, y])) / (2 * step),
    (value([x, y + step]) - value([x, y - step])) / (2 * step),
  ];
};
/** How many keys there are, beside the sink, and what they share. */
const count = (s: State): number => Math.min(s.keys_across.length, s.keys_up.length);
const kept = (s: State): number => add(weights(s).slice(0, count(s)));
const length = (s: State, k: number): number => Math.hypot(...memory(s)[k].key);
/** A weight without the head start that half its squared length gives a key. */
const near = (s: State): readonly number[] => {
  const d = energies(s).slice(0, count(s));
  return weightsAt(d.map((e, k) => e + length(s, k) ** 2 / 2)).map((share) => share * kept(s));
};

const PLACE = "N, N";
const isAt = ([x, y]: Point, across: string, up: string): boolean => reads(across, x) && reads(up, y);
const names = (text: string): readonly string[] => letters(text).map((name) => (name === "the sink" ? "sink" : name));
const WHO = "((?:[A-H]|the sink)(?:, (?:[A-H]|the sink))*(?: and (?:[A-H]|the sink))?)";

export const claims: Claims<State> = {
  states: [
    { sink: "on", tied: "on" },
    { sink: "on", lengths: "equal" },
    { tied: "on", lengths: "equal", sink: "on" },
    { direction: -20 },
    { keys_across: [0], keys_up: [0], lengths: "equal" },
    { keys_across: [1], keys_up: [1], sink: "on" },
    { values_across: [1, 1, 1, 1], values_up: [0.5, 0.5, 0.5, 0.5] },
    { values_across: [1], values_up: [1, 1] },
    { query_across: 0, query_up: 0 },
    { query_across: 0, query_up: 0, sink: "on", values_across: [0, 0, 0, 0], values_up: [0, 0, 0, 0] },
  ] as readonly Given[],
  of: (s, act) => {
    const [alpha, c] = [weights(s), credit(s)];
    const keys = alpha.slice(0, count(s));
    const still = (): boolean => act !== null && weights(act.from).every((w, k) => Math.abs(w - alpha[k]) < SMALL);
    const at = (name: string): number => "ABCDEFGH".indexOf(name);
    const moved = Number(/^(?:key|value)-(\d)$/.exec(act?.control ?? "")?.[1] ?? -1);
    const gaps = near(s).map((share, k) => Math.abs(share - alpha[k]));
    /** Of whom it is spoken: who was moved, or whose length does the most, or who leads. */
    const spoken = moved >= 0 ? moved : gaps.indexOf(Math.max(...gaps));
    const all = (sign: 1 | -1): readonly string[] =>
      c.flatMap((value, k) => (sign * value >= 0.005 - SMALL ? [k < count(s) ? letter(k) : "sink"] : []));
    const surely = (sign: 1 | -1): number => c.filter((value) => sign * value >= 0.005 + SMALL).length;
    const failing: readonly Meter[] = ["sum", "positivity", "match", ...(couples(s) ? [] : (["coupling"] as const))];
    const are = (list: string, verb: string): boolean => names(list).length > 1 === (verb === "are");
    return {
      broken: failing,
      clauses: [
        clause(
          "L has the most weight of the keys, N",
          (name, share) => reads(share, alpha[at(name)]) && Math.max(...keys) <= alpha[at(name)] + SMALL,
        ),
        clause(
          "The value of L alone would cost N (more|less) than the read-out: its credit is N",
          (name, gap, way, share) =>
            reads(gap, Math.abs(more(s, at(name)))) &&
            way === (more(s, at(name)) > 0 ? "more" : "less") &&
            reads(share, c[at(name)]),
        ),
        clause(
          "The value of L alone would cost as much as the read-out: its credit is N",
          (name, share) => Math.abs(more(s, at(name))) < 0.005 + SMALL && reads(share, c[at(name)]),
        ),
        clause(`The query is at ${PLACE}\\.`, (across, up) => act?.control === "query" && isAt(query(s), across, up)),
        clause(
          `The key of L is at ${PLACE}\\.`,
          (name, across, up) => at(name) === moved && isAt(memory(s)[moved].key, across, up),
        ),
        clause(
          `The value of L is at ${PLACE}: no weight moves`,
          (name, across, up) => at(name) === moved && isAt(memory(s)[moved].value, across, up) && still(),
        ),
        clause(
          "The message points to (−?[\\d.]+)°: no weight moves",
          (angle) => Math.abs(Number(angle.replace("−", "-")) - s.direction) <= 0.005 && still(),
        ),
        clause("Every credit has changed its sign", () => {
          const before = act ? credit(act.from) : [];
          return c.every((value, k) => Math.abs(value + before[k]) < SMALL) && c.some((value) => Math.abs(value) > 0);
        }),
        clause("The sink takes N", (share) => s.sink === "on" && reads(share, 1 - kept(s))),
        clause("The keys share N", (share) => s.sink === "on" && reads(share, kept(s))),
        clause("There is no sink", () => s.sink === "off"),
        clause("The keys share all", () => s.sink === "off" && Math.abs(kept(s) - 1) < SMALL),
        clause("Values are keys", () =>
          memory(s).every(({ key, value }) => key[0] === value[0] && key[1] === value[1]),
        ),
        clause("Values are their own", () => s.tied === "off"),
        clause(
          `The slope of log-sum-exp in the query is ${PLACE} and so is the read-out`.replace("N and", "N, and"),
          (across, up) =>
            isAt(slope(s), across, up) && Math.hypot(slope(s)[0] - readOut(s)[0], slope(s)[1] - readOut(s)[1]) < SMALL,
        ),
        clause(
          `The slope of log-sum-exp in the query is ${PLACE}, the read-out ${PLACE}`,
          (x, y, across, up) => isAt(slope(s), x, y) && isAt(readOut(s), across, up),
        ),
        clause(
          "All keys have length N",
          (text) => s.lengths === "equal" && keys.every((_, k) => reads(text, length(s, k))),
        ),
        clause("Their weights are what distance alone gives", () => Math.max(...gaps) < SMALL),
        clause("Keys have lengths of their own", () => s.lengths === "own"),
        clause("Take L", (name) => gaps[at(name)] >= Math.max(...gaps) - SMALL),
        clause(
          "It has N(?: of the keys’ N)?, as by distance alone",
          (share, of) =>
            reads(share, alpha[spoken]) &&
            gaps[spoken] < SMALL &&
            (of === undefined ? s.sink === "off" : reads(of, kept(s))),
        ),
        clause(
          "It has N(?: of the keys’ N)?, by distance alone N: its length, N, is a zero of its own",
          (share, of, alone, long) =>
            reads(share, alpha[spoken]) &&
            reads(alone, near(s)[spoken]) &&
            reads(long, length(s, spoken)) &&
            gaps[spoken] > 0 &&
            (of === undefined ? s.sink === "off" : reads(of, kept(s))),
        ),
        clause("No credit is far from zero", () => surely(1) === 0 || surely(-1) === 0),
        clause(
          `${WHO} (is|are) pulled in, ${WHO} (is|are) pushed away: by N and N in all, and the credit sums to N`,
          (pulled, first, pushed, second, out, back, total) =>
            names(pulled).join() === all(1).join() &&
            names(pushed).join() === all(-1).join() &&
            are(pulled, first) &&
            are(pushed, second) &&
            reads(out, add(c.filter((value) => value > 0))) &&
            reads(back, -add(c.filter((value) => value < 0))) &&
            reads(total, 0),
        ),
        clause("Broken: ([a-z, ]+)", (list) => list === failing.join(", ")),
      ],
    };
  },
};
