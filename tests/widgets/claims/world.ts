/** What the closed world's widget may say: its energies from squares alone, its rejects by the words of the chapter. */
import { implicit_em, type Passage, pass } from "../../../iemlib/widgets/math/mechanism";
import type { Meter } from "../../../iemlib/widgets/math/meters";
import type { State } from "../../../iemlib/widgets/world/state";
import { type Claims, clause, ofState, reads } from "../clauses";
import { dice } from "../random";
import type { Given } from "../widgets";

const PROTOTYPES = [
  [-1.2, 0.4],
  [0.8, 0.4],
  [0.2, -1],
] as const;
const KERNELS = ["squared_distance", "distance", "cauchy"] as const;
const SPOKEN = ["squared distance", "distance", "log(1 + δ²)"];
const BEYOND = ["nothing", "background", "threshold"] as const;

/** The energies by their definitions, from squares alone. */
const knownTo = (s: State): readonly number[] =>
  PROTOTYPES.map(([x, y]) => {
    const angle = (s.direction / 180) * Math.PI;
    const square = (s.distance * Math.cos(angle) - x) ** 2 + (s.distance * Math.sin(angle) - y) ** 2;
    return { squared_distance: square / 2, distance: Math.sqrt(square), cauchy: Math.log(1 + square) }[s.kernel];
  });
const evidence = (s: State): number => pass(implicit_em, knownTo(s)).value;

/** What the state gives, and what must be broken: by the words of the chapter, not by the library's part. */
const given = (s: State): { readonly p: Passage; readonly failing: readonly Meter[] } => {
  const p = pass(implicit_em, s.beyond === "background" ? [...knownTo(s), s.level] : knownTo(s));
  if (s.beyond !== "threshold") return { p, failing: [] };
  const L = evidence(s);
  const rejected = (value: number): boolean => value <= -s.level;
  const flips = [-7, -1, 1, 7].some((a) => rejected(L - a) !== rejected(L));
  const nothing = p.scores.map(() => 0);
  const failing: readonly Meter[] = [
    ...(rejected(L) ? (["sum", "positivity", "ratio"] as const) : []),
    ...(flips ? (["shift"] as const) : []),
  ];
  return { p: rejected(L) ? { ...p, scores: nothing, credit: nothing, value: -s.level } : p, failing };
};

const plain = (text: string, v: number): boolean =>
  /^−?\d+(\.\d{1,2})?$/.test(text) && Math.abs(Number(text.replace("−", "-")) - v) <= 0.005 + 1e-9;
const NUMBER = "(−?[\\d.]+)";

/** Of random points only one in a hundred is within ten of the middle, where everything happens. */
const near = (seed: number, count: number): readonly Given[] => {
  const d = dice(seed);
  return Array.from({ length: count }, () => ({
    kernel: d.one(KERNELS),
    beyond: d.one(BEYOND),
    direction: 5 * (d.below(73) - 36),
    distance: Number((10 ** d.roll()).toPrecision(3)),
    level: d.below(49) / 4,
  }));
};
const EACH = KERNELS.flatMap((kernel) => BEYOND.map((beyond) => ({ kernel, beyond })));

export const claims: Claims<State> = {
  states: [
    ...EACH,
    ...EACH.map((pair) => ({ ...pair, direction: 90, distance: 1000 })),
    ...EACH.map((pair) => ({ ...pair, distance: 1, level: 0 })),
    ...near(41, 60),
  ],
  of: (s, act) => {
    const { p, failing } = given(s);
    const was = act && (act.control === "direction" || act.control === "distance") ? act.from : s;
    const largest = (of: State): number => Math.max(...given(of).p.scores);
    const clauses = [
      ...ofState(p, failing),
      clause(
        `At ${NUMBER}°, z is ${NUMBER} away`,
        (direction, far) => plain(direction, s.direction) && plain(far, s.distance),
      ),
      clause("By (squared distance|distance|log\\(1 \\+ δ²\\)),", (name) => KERNELS[SPOKEN.indexOf(name)] === s.kernel),
      clause("the largest share is N", (a) => reads(a, largest(s)) && reads(a, largest(was))),
      clause("the largest share went from N to N", (a, b) => reads(a, largest(was)) && reads(b, largest(s)) && a !== b),
      clause("\\x4c of the known is N", (a) => reads(a, evidence(s)) && reads(a, evidence(was))),
      clause(
        "\\x4c of the known went from N to N",
        (a, b) => reads(a, evidence(was)) && reads(b, evidence(s)) && a !== b,
      ),
      clause(
        `D, of energy ${NUMBER}, takes N`,
        (level, share) => s.beyond === "background" && plain(level, s.level) && reads(share, p.scores[3]),
      ),
      clause(
        `That is (not )?above ${NUMBER}: z is (kept|rejected)`,
        (not, level, fate) =>
          s.beyond === "threshold" &&
          plain(level, -s.level) &&
          evidence(s) > -s.level === (not === undefined) &&
          (fate === "kept") === (not === undefined),
      ),
    ];
    return { clauses, broken: failing };
  },
};
