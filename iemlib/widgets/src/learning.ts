import { CREDIT, LEARNERS, logLikelihood, squaredDistance, threeGroups, trajectory, type Learner, type Places } from "./math/learning";
import { widget, type Act, type Hands, type Reading } from "./widget";
import type { State } from "./schema";
import { dial, pick } from "./view/controls";
import { LETTERS, listed, percent, two } from "./view/format";
import { h, type Child } from "./view/h";
import { hue, mark } from "./view/marks";
import { curve, level, on, path, ticks, within, type Span } from "./view/plot";

interface Learning extends State {
  readonly step: number;
  readonly start: "far" | "near";
  readonly seed: number;
  readonly rate: number;
  readonly without: readonly Learner[];
}

const STEPS = 50;
const SCALE = 1.1;
const STARTS: Readonly<Record<Learning["start"], Places>> = {
  far: [[-1.2, 0.3], [1.4, 0.6], [-2.6, 3.6]],
  near: [[-1.2, 0.3], [1.6, 2.6], [0.8, 1.4]],
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

interface Run {
  readonly places: readonly Places[];
  readonly values: readonly number[];
}
/** What a learner does depends on four things; the last few runs are kept. */
const runs = new Map<string, Run>();
const KEPT = 24;
const data = (seed: number): Places => threeGroups(Math.round(seed));
const run = (learner: Learner, s: Learning): Run => {
  const key = [learner, s.seed, s.start, learner === "gradient" && s.rate].join();
  const known = runs.get(key);
  if (known) return known;
  const points = data(s.seed);
  const places = trajectory(learner, points, STARTS[s.start], STEPS, SCALE, s.rate);
  const made = { places, values: places.map((m) => logLikelihood(points, m, SCALE)) };
  if (runs.size >= KEPT) runs.delete(runs.keys().next().value as string);
  runs.set(key, made);
  return made;
};

interface LearningReading extends Reading {
  readonly at: number;
  readonly shown: readonly (Run & { readonly learner: Learner })[];
}
const read = (s: Learning): LearningReading => {
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

/** A point: the leader's mark, cut by credit; what nobody claims is pale. */
const slices = (c: readonly number[], leader: number): string => {
  const whole = Math.max(1, c.reduce((a, b) => a + b, 0));
  let end = 0;
  const parts = c.map((v, k) => `var(--iem-${LETTERS[k]}) 0 ${percent((end += v / whole))}`);
  return `conic-gradient(${parts.join()},color-mix(in srgb,var(--iem-${LETTERS[leader]}) 22%,var(--iem-paper)) 0)`;
};

const panel = (learner: Learner, s: Learning, r: LearningReading, hands: Hands<Learning>): Child => {
  const [name, how] = NAMES[learner];
  const mine = r.shown.find((l) => l.learner === learner);
  const spot = (m: readonly [number, number]): Record<string, string> => ({ left: percent(on(m[0], X)), bottom: percent(on(m[1], Y)) });
  const now = mine?.places[r.at] ?? [];
  return h(
    "div.i-learner",
    null,
    h(
      "label.i-choice",
      null,
      h("input", {
        type: "checkbox", name: `learner-${learner}`, checked: !!mine, disabled: hands.locked("without") || !hands.shows("without"),
        onChange: () => hands.set({ without: LEARNERS.filter((l) => s.without.includes(l) !== (l === learner)) }, learner),
      }),
      h("b", null, name),
      curve("M0 50H100", `i-${learner}`),
    ),
    h("p.i-caption", null, how),
    mine &&
      h(
        "div.i-plane",
        { role: "img", "aria-label": `${name}, step ${r.at}: ${now.map((m, k) => `${LETTERS[k]} at ${two(m[0])}, ${two(m[1])}`).join("; ")}` },
        data(s.seed).map((x) => {
          const c = CREDIT[learner](squaredDistance(x, now, SCALE));
          const leader = c.indexOf(Math.max(...c));
          return h("i", { class: `i-point i-s${leader}`, style: { ...spot(x), background: slices(c, leader) } });
        }),
        h(
          "svg.i-curve",
          { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
          now.map((_, k) => {
            const d = mine.places.slice(0, r.at + 1).map((m, t) => `${t ? "L" : "M"}${(on(m[k][0], X) * 100).toFixed(2)} ${(100 - on(m[k][1], Y) * 100).toFixed(2)}`).join("");
            return [h("path.i-halo", { d }), h("path", { class: `i-trail ${hue(k)}`, d })];
          }),
        ),
        STARTS[s.start].map((m, k) => h("i", { class: `i-began ${hue(k)}`, style: spot(m) })),
        now.map((m, k) => {
          // Marks that would lie on one another stand side by side.
          const beside = now.slice(0, k).filter((o) => Math.hypot(o[0] - m[0], o[1] - m[1]) < 0.6).length;
          return h("span.i-spot", { style: { ...spot(m), "--beside": String(beside) } }, mark(k));
        }),
      ),
  );
};

const T: Span = { low: 0, high: STEPS };
const trace = (r: LearningReading): Child => {
  const values = r.shown.flatMap((l) => l.values);
  const y: Span = { low: Math.floor(Math.min(-2, ...values) * 2) / 2, high: Math.ceil(Math.max(-1.5, ...values) * 2) / 2 };
  // Names beside the ends of the lines, pushed apart where they would touch.
  let last = Number.POSITIVE_INFINITY;
  const ends = r.shown
    .map(({ learner, values: v }) => ({ learner, up: within(v[STEPS], y) }))
    .sort((a, b) => b.up - a.up)
    .map(({ learner, up }) => ({ learner, up: (last = Math.min(up, last - 0.18)) }));
  return h(
    "div.i-trace",
    null,
    h("p.i-caption", null, "mean log-likelihood ", h("i", null, "L"), " of the points, at these prototypes"),
    h(
      "div.i-plot",
      null,
      level(y.low, y),
      level(y.high, y, "i-one"),
      h("i.i-now-at-step", { style: { left: percent(on(r.at, T)) } }),
      r.shown.map(({ learner, values: v }) => curve(path((t) => v[Math.round(t)], T, y, STEPS), `i-${learner}`)),
      r.shown.map(({ values: v }) => h("i.i-at", { style: { left: percent(on(r.at, T)), bottom: percent(within(v[r.at], y)) } })),
      ends.map(({ learner, up }) => h("b.i-end-name", { style: { bottom: percent(up) } }, NAMES[learner][0])),
    ),
    h("div.i-plot.i-steps", null, ticks([0, 10, 20, 30, 40, STEPS], T)),
  );
};

const picture = (s: Learning, r: LearningReading, hands: Hands<Learning>): Child => {
  const to = (step: number): (() => void) => () => hands.set({ step }, "step");
  const shut = hands.locked("step");
  return h(
    "div.i-learn",
    null,
    h(
      "div.i-sliders",
      null,
      hands.shows("step") && [
        h("div.i-stepper", null,
          h("button", { type: "button", disabled: shut || r.at === 0, onClick: to(r.at - 1) }, "◂ step"),
          h("button", { type: "button", disabled: shut || r.at === STEPS, onClick: to(r.at + 1) }, "step ▸"),
          dial(hands, s, "step", "Step", `${r.at} of ${STEPS}`),
        ),
      ],
      dial(hands, s, "rate", "Rate of the gradient"),
      pick(hands, s, "start", "Start", [{ value: "far", label: "C far from every point" }, { value: "near", label: "B and C in one group" }]),
      dial(hands, s, "seed", "Points, by seed", String(Math.round(s.seed))),
    ),
    h("div.i-learners", null, LEARNERS.map((l) => panel(l, s, r, hands))),
    trace(r),
  );
};

const capital = (learner: Learner): string => NAMES[learner][0][0].toUpperCase() + NAMES[learner][0].slice(1);
const apart = (a: Places, b: Places): number => Math.max(...a.map((m, k) => Math.hypot(m[0] - b[k][0], m[1] - b[k][1])));
const fate = ({ learner, places, values }: LearningReading["shown"][number], at: number, first: Places): Child => {
  const now = places[at];
  const still = now.flatMap((m, k) => (m[0] === first[k][0] && m[1] === first[k][1] ? [LETTERS[k]] : []));
  const pairs = now.flatMap((m, k) => now.slice(k + 1).flatMap((o, j) => (Math.hypot(m[0] - o[0], m[1] - o[1]) < ONE ? [`${LETTERS[k]} and ${LETTERS[k + 1 + j]}`] : [])));
  return [
    ` ${capital(learner)} is at ${two(values[at])}`,
    still.length ? [": ", h("b", null, `${listed(still)} ${still.length > 1 ? "have" : "has"} not moved`)] : null,
    pairs.length ? [still.length ? ", and " : ": ", h("b", null, `${listed(pairs)} stand in one place`)] : null,
    ".",
  ];
};

const sentence = (s: Learning, r: LearningReading, act: Act<Learning> | null): Child => {
  const first = STARTS[s.start];
  const turned = act && (LEARNERS as readonly string[]).includes(act.control) ? (act.control as Learner) : null;
  const lead =
    act?.control === "seed" ? `Points of seed ${Math.round(s.seed)}.`
    : act?.control === "rate" ? `Rate ${two(s.rate)}.`
    : act?.control === "start" ? (s.start === "far" ? "C starts far from every point." : "B and C start in one group.")
    : turned ? `${capital(turned)} is ${s.without.includes(turned) ? "off" : "on"}.`
    : "";
  const step = `Step ${r.at}.`;
  if (!r.shown.length) return [h("b", null, lead || step), " No learner is on."];
  if (r.at === 0) return [h("b", null, lead || step), ` ${lead ? `${step} ` : ""}Every learner stands at the start, with a log-likelihood of ${two(r.shown[0].values[0])}.`];
  const of = (l: Learner): LearningReading["shown"][number] | undefined => r.shown.find((o) => o.learner === l);
  const [em, gradient] = [of("em"), of("gradient")];
  const pair =
    em && gradient
      ? [` EM is at ${two(em.values[r.at])}, gradient at ${two(gradient.values[r.at])}, `, apart(em.places[r.at], gradient.places[r.at]) < ONE ? h("b", null, "the same place by another path") : `up to ${two(apart(em.places[r.at], gradient.places[r.at]))} apart`, "."]
      : null;
  const rest = r.shown.filter((o) => !pair || (o !== em && o !== gradient));
  return [h("b", null, lead || step), lead ? ` ${step}` : "", pair, rest.map((o) => fate(o, r.at, first))];
};

export const definition = widget<Learning, LearningReading>({
  tag: "iem-learning",
  title: "Five learners, one start",
  lede: "The same points, the same three prototypes. Each point is drawn as the mark of its leader, cut by credit; a pale slice means that nobody claims it.",
  tall: () => 830,
  read,
  picture,
  sentence,
});
