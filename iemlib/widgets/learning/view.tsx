import {
  CREDIT,
  LEARNERS,
  logLikelihood,
  squaredDistance,
  threeGroups,
  trajectory,
  type Learner,
  type Places,
  type Point,
} from "../math/learning";
import { widget, type Act, type Hands, type Reading } from "../core/widget";
import { schema, type State } from "./state";
import { dial, pick } from "../marks/controls";
import { LETTERS, listed, percent, two } from "../marks/format";
import type { Child } from "../core/widget";
import { hue, mark } from "../marks/marks";
import { curve, level, on, path, ticks, within, type Span } from "../marks/plot";

const STEPS = 50;
const SCALE = 1.1;
const STARTS: Readonly<Record<State["start"], Places>> = {
  far: [
    [-1.2, 0.3],
    [1.4, 0.6],
    [-2.6, 3.6],
  ],
  near: [
    [-1.2, 0.3],
    [1.6, 2.6],
    [0.8, 1.4],
  ],
};
const NAMES: Readonly<Record<Learner, readonly [string, string]>> = {
  em: ["EM", "to the credited mean at once"],
  gradient: ["gradient", "same credit, small steps"],
  hard: ["hard", "winner takes all"],
  independent: ["independent", "each against silence"],
  unnormalized: ["unnormalized", "likelihoods as they are"],
};
const X: Span = { low: -4.2, high: 4.2 };
const Y: Span = { low: -3.4, high: 4.6 };
/** Two places that a reader would call one, and a move that one would call none. */
const ONE = 0.05;

/** The plane's box is as wide and as high as this, whatever its shape on the page: points are placed in whole numbers. */
const BOX = 1e4;
const inBox = (m: Point): string => `${Math.round(on(m[0], X) * BOX)} ${Math.round((1 - on(m[1], Y)) * BOX)}`;
/** Nearer than this, the marks of two points lie on one another. */
const TOUCH = 0.48;

/** Points with where they are drawn, no two of them on one another. */
type Sheet = (readonly [Point, string])[];
const sheetsOf = (data: Places): readonly Sheet[] => {
  const sheets: Sheet[] = [];
  for (const x of data) {
    let free = sheets.find((sheet) => sheet.every(([o]) => Math.hypot(x[0] - o[0], x[1] - o[1]) > TOUCH));
    if (!free) sheets.push((free = []));
    free.push([x, `M${inBox(x)}`]);
  }
  return sheets;
};

interface Run {
  readonly sheets: readonly Sheet[];
  readonly places: readonly Places[];
  readonly values: readonly number[];
}
/** What a learner does depends on four things; the last few runs are kept. */
const runs = new Map<string, Run>();
const KEPT = 24;
const run = (learner: Learner, s: State): Run => {
  const key = [learner, s.seed, s.start, learner === "gradient" && s.rate].join();
  const known = runs.get(key);
  if (known) return known;
  const data = threeGroups(Math.round(s.seed));
  const places = trajectory(learner, data, STARTS[s.start], STEPS, SCALE, s.rate);
  const made = {
    sheets: sheetsOf(data),
    places,
    values: places.map((m) => logLikelihood(data, m, SCALE)),
  };
  if (runs.size >= KEPT) runs.delete(runs.keys().next().value as string);
  runs.set(key, made);
  return made;
};

interface LearningReading extends Reading {
  readonly at: number;
  readonly shown: readonly (Run & { readonly learner: Learner })[];
}
const read = (s: State): LearningReading => {
  const at = Math.round(s.step);
  const shown = LEARNERS.filter((l) => !s.without.includes(l)).map((learner) => ({ learner, ...run(learner, s) }));
  return {
    at,
    shown,
    measurement: null,
    numbers: {
      head: ["learner", "L", ...STARTS.far.flatMap((_, k) => [`${LETTERS[k]}, across`, `${LETTERS[k]}, up`])],
      rows: shown.map(({ learner, places, values }) => [NAMES[learner][0], values[at], ...places[at].flat()]),
    },
  };
};

/** Half a point's mark, across and down: even, so that no engine rounds half of it another way. */
const HALF = [250, 262] as const;
/** Where each mark's rim bends, in degrees clockwise from its top; the circle's is drawn in two arcs. */
const BENDS = [[180], [45, 135, 225, 315], [135, 225]] as const;
/** A mark's part from its top clockwise to `end`, about its middle. */
const cut = (k: number, end: number): string => {
  let [x, y] = [0, 0];
  const to = (degrees: number): string => {
    const turn = (degrees * Math.PI) / 180;
    const [u, v, x0, y0] = [Math.sin(turn), -Math.cos(turn), x, y];
    const r = [1, Math.max(Math.abs(u), Math.abs(v)), Math.max(v, 2 * Math.abs(u) - v)][k];
    [x, y] = [Math.round((HALF[0] * u) / r), Math.round((HALF[1] * v) / r)];
    return `${x - x0} ${y - y0}`;
  };
  return `l${to(0)}${[...BENDS[k].filter((b) => b < end), end].map((b) => (k ? "l" : `a${HALF.join(" ")} 0 0 1 `) + to(b)).join("")}z`;
};
/** The same, each made once. */
const wedges: string[] = [];
const wedge = (k: number, end: number): string => (wedges[360 * k + end] ??= cut(k, end));
/** The points of a sheet: each the mark of its leader, cut by credit; what nobody claims is pale. Each part lies on those that end after it. */
const points = (learner: Learner, sheet: Sheet, now: Places): Child => {
  const K = now.length;
  const parts: string[] = Array(2 * K).fill("");
  for (const [x, from] of sheet) {
    const c = CREDIT[learner](squaredDistance(x, now, SCALE));
    const leader = c.indexOf(Math.max(...c));
    const whole = Math.max(
      1,
      c.reduce((a, b) => a + b, 0),
    );
    let [sum, last] = [0, 0];
    c.forEach((v, k) => {
      const end = Math.round((360 * (sum += v)) / whole);
      if (end > last) parts[k] += from + wedge(leader, end);
      last = end;
    });
    parts[K + leader] += from + wedge(leader, 360);
  }
  return parts
    .map((d, k) => (d ? <path class={`i-${k < K ? "part" : "pale"} ${hue(k % K)}`} d={d} /> : null))
    .reverse();
};

const panel = (learner: Learner, s: State, r: LearningReading, hands: Hands<State>): Child => {
  const [name, how] = NAMES[learner];
  const mine = r.shown.find((l) => l.learner === learner);
  const spot = (m: readonly [number, number]): Record<string, string> => ({
    left: percent(on(m[0], X)),
    bottom: percent(on(m[1], Y)),
  });
  const now = mine?.places[r.at] ?? [];
  return (
    <div class="i-learner">
      <label class="i-choice">
        {hands.shows("without") && (
          <input
            type="checkbox"
            name={`learner-${learner}`}
            checked={!!mine}
            disabled={hands.locked("without")}
            onChange={() =>
              hands.set({ without: LEARNERS.filter((l) => s.without.includes(l) !== (l === learner)) }, learner)
            }
          />
        )}
        <b>{name}</b>
        {curve("M0 50H100", `i-${learner}`)}
      </label>
      <p class="i-caption">{how}</p>
      {mine && (
        <div
          class="i-plane"
          role="img"
          aria-label={`${name}, step ${r.at}: ${now.map((m, k) => `${LETTERS[k]} at ${two(m[0])}, ${two(m[1])}`).join("; ")}`}
        >
          <svg class="i-curve" viewBox={`0 0 ${BOX} ${BOX}`} preserveAspectRatio="none" aria-hidden="true">
            {mine.sheets.map((sheet) => points(learner, sheet, now))}
            {now.map((_, k) => {
              const d = `M${mine.places
                .slice(0, r.at + 1)
                .map((m) => inBox(m[k]))
                .join("L")}`;
              return [<path class="i-halo" d={d} />, <path class={`i-trail ${hue(k)}`} d={d} />];
            })}
          </svg>
          {STARTS[s.start].map((m, k) => (
            <i class={`i-began ${hue(k)}`} style={spot(m)} />
          ))}
          {now.map((m, k) => {
            // Marks that would lie on one another stand side by side.
            const beside = now.slice(0, k).filter((o) => Math.hypot(o[0] - m[0], o[1] - m[1]) < 0.6).length;
            return (
              <span class="i-spot" style={{ ...spot(m), "--beside": String(beside) }}>
                {mark(k)}
              </span>
            );
          })}
        </div>
      )}
    </div>
  );
};

/** Who has a panel: who may be turned on, or who is. */
const present = (s: State): readonly Learner[] =>
  (s["hide"] as readonly string[]).includes("without") ? LEARNERS.filter((l) => !s.without.includes(l)) : LEARNERS;
const learners = (s: State, r: LearningReading, hands: Hands<State>): Child => {
  const all = present(s);
  return (
    <div class={`i-learners ${all.length > 2 ? "" : "i-few"}`} style={{ "--n": String(all.length) }}>
      {all.map((l) => panel(l, s, r, hands))}
    </div>
  );
};

const T: Span = { low: 0, high: STEPS };
const trace = (r: LearningReading): Child => {
  const values = r.shown.flatMap((l) => l.values);
  const y: Span = {
    low: Math.floor(Math.min(-2, ...values) * 2) / 2,
    high: Math.ceil(Math.max(-1.5, ...values) * 2) / 2,
  };
  // Names beside the ends of the lines, pushed apart where they would touch.
  let last = Number.POSITIVE_INFINITY;
  const ends = r.shown
    .map(({ learner, values: v }) => ({ learner, up: within(v[STEPS], y) }))
    .sort((a, b) => b.up - a.up)
    .map(({ learner, up }) => ({ learner, up: (last = Math.min(up, last - 0.18)) }));
  return (
    <div class="i-trace">
      <p class="i-caption">
        {"mean log-likelihood "}
        <i>L</i>
        {" of the points, at these prototypes"}
      </p>
      <div class="i-plot">
        {level(y.low, y)}
        {level(y.high, y, "i-one")}
        <i class="i-now-at-step" style={{ left: percent(on(r.at, T)) }} />
        {r.shown.map(({ learner, values: v }) =>
          curve(
            path((t) => v[Math.round(t)], T, y, STEPS),
            `i-${learner}`,
          ),
        )}
        {r.shown.map(({ values: v }) => (
          <i class="i-at" style={{ left: percent(on(r.at, T)), bottom: percent(within(v[r.at], y)) }} />
        ))}
        {ends.map(({ learner, up }) => (
          <b class="i-end-name" style={{ bottom: percent(up) }}>
            {NAMES[learner][0]}
          </b>
        ))}
      </div>
      <div class="i-plot i-steps">{ticks([0, 10, 20, 30, 40, STEPS], T)}</div>
    </div>
  );
};

const picture = (s: State, r: LearningReading, hands: Hands<State>): Child => {
  const to =
    (step: number): (() => void) =>
    () =>
      hands.set({ step }, "step");
  const shut = hands.locked("step");
  return (
    <div class="i-learn">
      <div class="i-sliders">
        {hands.shows("step") && [
          <div class="i-stepper">
            <button type="button" disabled={shut || r.at === 0} onClick={to(r.at - 1)}>
              ◂ step
            </button>
            <button type="button" disabled={shut || r.at === STEPS} onClick={to(r.at + 1)}>
              step ▸
            </button>
            {dial(hands, s, "step", "Step", `${r.at} of ${STEPS}`)}
          </div>,
        ]}
        {dial(hands, s, "rate", "Rate of the gradient")}
        {pick(hands, s, "start", "Start", [
          { value: "far", label: "C far from every point" },
          { value: "near", label: "B and C in one group" },
        ])}
        {dial(hands, s, "seed", "Points, by seed", String(Math.round(s.seed)))}
      </div>
      {learners(s, r, hands)}
      {trace(r)}
    </div>
  );
};

const capital = (learner: Learner): string => NAMES[learner][0][0].toUpperCase() + NAMES[learner][0].slice(1);
const apart = (a: Places, b: Places): number =>
  Math.max(...a.map((m, k) => Math.hypot(m[0] - b[k][0], m[1] - b[k][1])));
const fate = ({ learner, places, values }: LearningReading["shown"][number], at: number, first: Places): Child => {
  const now = places[at];
  const still = now.flatMap((m, k) => (m[0] === first[k][0] && m[1] === first[k][1] ? [LETTERS[k]] : []));
  const pairs = now.flatMap((m, k) =>
    now
      .slice(k + 1)
      .flatMap((o, j) =>
        Math.hypot(m[0] - o[0], m[1] - o[1]) < ONE ? [`${LETTERS[k]} and ${LETTERS[k + 1 + j]}`] : [],
      ),
  );
  return [
    ` ${capital(learner)} is at ${two(values[at])}`,
    still.length ? [": ", <b>{`${listed(still)} ${still.length > 1 ? "have" : "has"} not moved`}</b>] : null,
    pairs.length ? [still.length ? ", and " : ": ", <b>{`${listed(pairs)} stand in one place`}</b>] : null,
    ".",
  ];
};

const sentence = (s: State, r: LearningReading, act: Act<State> | null): Child => {
  const first = STARTS[s.start];
  const turned = act && (LEARNERS as readonly string[]).includes(act.control) ? (act.control as Learner) : null;
  const lead =
    act?.control === "seed"
      ? `Points of seed ${Math.round(s.seed)}.`
      : act?.control === "rate"
        ? `Rate ${two(s.rate)}.`
        : act?.control === "start"
          ? s.start === "far"
            ? "C starts far from every point."
            : "B and C start in one group."
          : turned
            ? `${capital(turned)} is ${s.without.includes(turned) ? "off" : "on"}.`
            : "";
  const step = `Step ${r.at}.`;
  if (!r.shown.length) return [<b>{lead || step}</b>, " No learner is on."];
  if (r.at === 0)
    return [
      <b>{lead || step}</b>,
      ` ${lead ? `${step} ` : ""}${r.shown.length > 1 ? "Every learner" : capital(r.shown[0].learner)} stands at the start, with a log-likelihood of ${two(r.shown[0].values[0])}.`,
    ];
  const of = (l: Learner): LearningReading["shown"][number] | undefined => r.shown.find((o) => o.learner === l);
  const [em, gradient] = [of("em"), of("gradient")];
  const pair =
    em && gradient
      ? [
          ` EM is at ${two(em.values[r.at])}, gradient at ${two(gradient.values[r.at])}, `,
          apart(em.places[r.at], gradient.places[r.at]) < ONE ? (
            <b>the same place by another path</b>
          ) : (
            `up to ${two(apart(em.places[r.at], gradient.places[r.at]))} apart`
          ),
          ".",
        ]
      : null;
  const rest = r.shown.filter((o) => !pair || (o !== em && o !== gradient));
  return [<b>{lead || step}</b>, lead ? ` ${step}` : "", pair, rest.map((o) => fate(o, r.at, first))];
};

export const definition = widget<State, LearningReading>({
  tag: "iem-learning",
  schema,
  title: "Learning, step by step",
  lede: "Sixty points, three prototypes. Each point is drawn as the mark of its leader, cut by credit; a pale slice means that nobody claims it.",
  tall: (s) => (present(s).length > 2 ? 830 : 900),
  read,
  picture,
  sentence,
});
