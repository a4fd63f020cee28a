/** What the widget of paths may say: out of every path, one by one, without a recursion. */
import type { State } from "../../../iemlib/widgets/paths/state";
import { type Claims, clause, reads } from "../clauses";

const STATES = "ABC";
const STEPS = [1, 2, 3, 4, 5];
const WAYS = STEPS.reduce((ways: readonly string[], _) => ways.flatMap((way) => [...STATES].map((k) => way + k)), [""]);
const EDGES = STEPS.slice(1).flatMap((t) =>
  [...STATES].flatMap((j) => [...STATES].map((k) => `${j}${t - 1}-${k}${t}`)),
);

/** The edges of a path, by their names. */
const edgesOf = (way: string): readonly string[] =>
  STEPS.slice(1).map((t) => `${way[t - 2]}${t - 1}-${way[t - 1]}${t}`);
interface Weighed {
  readonly way: string;
  readonly energy: number;
  readonly share: number;
}
/** The paths that are left, with their energies and shares; of each state once. */
const known = new WeakMap<State, readonly Weighed[]>();
const weighed = (s: State): readonly Weighed[] => {
  const before = known.get(s);
  if (before) return before;
  const rows = [s.a, s.b, s.c];
  const forbidden: readonly string[] = s.forbidden;
  const left = WAYS.filter((way) => edgesOf(way).every((name) => !forbidden.includes(name)));
  const energies = left.map(
    (way) =>
      [...way].reduce((d, k, t) => d + rows[STATES.indexOf(k)][t], 0) +
      edgesOf(way).reduce((d, name) => d + s.edges[EDGES.indexOf(name)], 0),
  );
  const whole = energies.reduce((z, d) => z + Math.exp(-d), 0);
  const made = left.map((way, i) => ({ way, energy: energies[i], share: Math.exp(-energies[i]) / whole }));
  known.set(s, made);
  return made;
};
type Passes = (way: string) => boolean;
const through = (paths: readonly Weighed[], passes: Passes): number =>
  paths.reduce((share, path) => share + (passes(path.way) ? path.share : 0), 0);
const byEdge =
  (name: string): Passes =>
  (way) =>
    edgesOf(way).includes(name);
const byState =
  (name: string): Passes =>
  (way) =>
    way[Number(name[1]) - 1] === name[0];

const EDGE = "([ABC]) → ([ABC]), step (\\d) to (\\d)";
const nameOf = (j: string, k: string, t: string, next: string): string => `${j}${t}-${k}${next}`;
/** Every edge between two steps, or every edge but those of one path. */
const between = (t: number): readonly string[] => EDGES.filter((name) => name[1] === String(t));
const allBut = (way: string): readonly string[] => EDGES.filter((name) => !edgesOf(way).includes(name));

export const claims: Claims<State> = {
  states: [
    { forbidden: ["A1-B2"] },
    { forbidden: ["B2-B3", "A2-B3"], edge: "A2-B3", by: "backprop" },
    { forbidden: between(3), edge: "B3-C4" },
    { forbidden: allBut("ABBCC"), edge: "B3-C4" },
    { forbidden: EDGES },
    { a: [0, 0, 0, 0, 0], b: [0, 0, 0, 0, 0], c: [0, 0, 0, 0, 0], edges: EDGES.map(() => 0) },
  ],
  of: (s, act) => {
    const [now, was] = [weighed(s), weighed(act?.from ?? s)];
    const moved = (): number =>
      EDGES.filter((name) => Math.abs(through(now, byEdge(name)) - through(was, byEdge(name))) >= 0.01).length;
    const place = act?.control.startsWith("state-") ? act.control.slice(6) : "";
    /** How much what was moved costs. */
    const energy = (of: State, name: string): number =>
      name.length === 2
        ? [of.a, of.b, of.c][STATES.indexOf(name[0])][Number(name[1]) - 1]
        : (of.forbidden as readonly string[]).includes(name)
          ? Number.POSITIVE_INFINITY
          : of.edges[EDGES.indexOf(name)];
    const did = (how: string, name: string, to: string): boolean => {
      const [from, is] = [energy(act?.from ?? s, name), energy(s, name)];
      return how === (is > from ? "raised" : is < from ? "lowered" : "put back") && reads(to, is);
    };
    /** A share that went from where to where; undefined where there was no path. */
    const share = (text: string, paths: readonly Weighed[], passes: Passes): boolean =>
      reads(text, paths.length > 0 ? through(paths, passes) : Number.NaN);
    const subject = place ? byState(place) : byEdge(s.edge);
    const least = Math.min(...now.map((path) => path.energy));
    const clauses = [
      clause("No path is left: there is no objective, and no credit", () => now.length === 0),
      clause("Every edge’s posterior by the chain rule alone", () => s.by === "backprop"),
      clause("Every edge’s posterior by forward–backward, written out", () => s.by === "forward-backward"),
      clause(
        "You (raised|lowered|put back) ([ABC]) at step (\\d) to N:",
        (how, k, t, to) => k + t === place && did(how, place, to),
      ),
      clause(
        `You (raised|lowered|put back) the edge ${EDGE} to N:`,
        (how, j, k, t, next, to) => nameOf(j, k, t, next) === s.edge && did(how, s.edge, to),
      ),
      clause("its posterior went from N to N", (a, b) => share(a, was, subject) && share(b, now, subject)),
      clause("of 36 edges (\\d+) moved by 0.01 or more", (count) => was.length === 0 || Number(count) === moved()),
      clause("Of (\\d+) paths none is better than ([ABC]{5}), which has N", (count, way, has) => {
        const best = now.find((path) => path.way === way);
        return (
          Number(count) === now.length && best !== undefined && best.energy <= least + 1e-9 && reads(has, best.share)
        );
      }),
      clause(`The edge ${EDGE}, has posterior N and credit N`, (j, k, t, next, p, c) => {
        const name = nameOf(j, k, t, next);
        return name === s.edge && [p, c].every((text) => reads(text, through(now, byEdge(name))));
      }),
    ];
    return { clauses, broken: [] };
  },
};
