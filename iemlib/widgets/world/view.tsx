import type { Vector } from "../math/array";
import { cauchy, distance, squared_distance, type Kernel } from "../math/energies";
import { implicit_em, pass, type Mechanism, type Passage } from "../math/mechanism";
import { reject } from "../math/normalization";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { dial, pick, type Range } from "../marks/controls";
import { percent, two } from "../marks/format";
import type { Child } from "../core/widget";
import { mark } from "../marks/marks";
import { curve, path, within, type Span } from "../marks/plot";
import { compare } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";
import { squareInWords, unitSquare } from "../marks/square";

const KERNELS: Readonly<Record<Kind, Kernel>> = { squared_distance, distance, cauchy };
type Kind = "squared_distance" | "distance" | "cauchy";
type Along = (far: number) => number;

const PROTOTYPES: readonly Vector[] = [
  [-1.2, 0.4],
  [0.8, 0.4],
  [0.2, -1],
];
/** The plane that is shown, and where what lies beyond waits, before its edge. */
const PLANE: Vector = [8, 6];
const EDGE: Vector = [3.4, 2.4];
/** Decades of distance, and steps of its slider in each. */
const DECADES = 3;
const STEPS = 40;
/** A share as it is, and L as asinh L, so that both a nat and a million are seen. */
interface Axis {
  readonly scale: (v: number) => number;
  readonly y: Span;
  readonly levels: Vector;
}
const SHARE: Axis = { scale: Number, y: { low: 0, high: 1 }, levels: [0, 1] };
const DEPTH = (first: number): Axis => ({
  scale: Math.asinh,
  y: { low: -14.6, high: 1.2 },
  levels: [first, -1000, -1e5],
});
const SAMPLES = 60;
const ROOM = { left: -0.03, right: 1.03, floor: -0.1, ceiling: 1 };

const at = (s: State, far: number): Vector => [Math.cos, Math.sin].map((f) => far * f((s.direction * Math.PI) / 180));
const energies = (s: State, far = s.distance): Vector => [
  ...KERNELS[s.kernel](at(s, far), PROTOTYPES),
  ...(s.beyond === "background" ? [s.level] : []),
];
const mechanism = (s: State): Mechanism =>
  s.beyond === "threshold" ? { ...implicit_em, normalization: reject(-s.level) } : implicit_em;
const passed = (s: State, far?: number): Passage => pass(mechanism(s), energies(s, far));
/** L of the three known hypotheses alone, whatever is done about strangers. */
const evidence = (s: State, far?: number): number => passed({ ...s, beyond: "nothing" }, far).value;

const plain = (v: number): string => `${+v.toFixed(2)}`.replace("-", "−");

/** The point is sliced by its responsibilities, and hollow where nobody has any. */
const plane = (s: State, p: Passage, turn: Child): Child => {
  const z = at(s, s.distance);
  const inside = Math.min(1, ...z.map((x, i) => EDGE[i] / Math.abs(x)));
  const spot = ([x, y]: Vector) => ({ left: percent(0.5 + x / PLANE[0]), bottom: percent(0.5 + y / PLANE[1]) });
  let from = 0;
  const slices = p.scores.map((v, i) => `var(--iem-${"ABCD"[i]}) ${percent(from)} ${percent((from += v))}`);
  return (
    <div>
      {turn}
      <div class="i-plot i-plane">
        {PROTOTYPES.map((m, k) => (
          <span class="i-spot" style={spot(m)}>
            {mark(k)}
          </span>
        ))}
        <i
          class={`i-spot i-z ${inside < 1 ? "i-gone" : ""}`}
          style={{
            ...spot(z.map((x) => x * inside)),
            rotate: `${-s.direction}deg`,
            background: from ? `conic-gradient(${slices.join()})` : "none",
          }}
        />
      </div>
    </div>
  );
};

/** Over distance along the reader's direction. */
const plot = (
  s: State,
  waiting: boolean,
  what: Child,
  { scale, y, levels }: Axis,
  of: Along,
  dashed: Along | false,
): Child => {
  const left = percent(Math.log10(s.distance) / DECADES);
  const bottom = (v: number) => percent(within(scale(v), y));
  const line = (f: Along, look: string): Child =>
    !waiting &&
    curve(
      path((x) => scale(f(10 ** x)), { low: 0, high: DECADES }, y, SAMPLES),
      look,
    );
  return (
    <div>
      <p class="i-caption">{what}</p>
      <div class="i-plot i-far">
        {levels.map((v) => [
          <i class="i-base" style={{ bottom: bottom(v) }} />,
          <span class="i-ylabel" style={{ bottom: bottom(v) }}>
            {plain(v)}
          </span>,
        ])}
        {[0, 1, 2, 3].map((x) => (
          <span class="i-xlabel" style={{ left: percent(x / DECADES) }}>
            {plain(10 ** x)}
          </span>
        ))}
        {line(of, "")}
        {dashed && line(dashed, "i-dashed")}
        <i class="i-yaxis" style={{ left }} />
        <i class="i-spot i-z" style={{ left, bottom: bottom(of(s.distance)) }} />
      </div>
    </div>
  );
};

const picture = (s: State, { passage }: PipeReading, hands: Hands<State>): Child => {
  const background = s.beyond === "background";
  const outside = s.beyond !== "nothing";
  const choose = <K extends "kernel" | "beyond">(
    name: K,
    legend: string,
    labels: Readonly<Record<State[K], string>>,
  ): Child =>
    pick(
      hands,
      s,
      name,
      legend,
      (Object.keys(labels) as State[K][]).map((value) => {
        const state = { ...s, [name]: value };
        const p = passed(state);
        return {
          value,
          label: labels[value],
          picture: unitSquare(p, energies(state), { room: ROOM, label: squareInWords(p) }),
        };
      }),
    );
  const slide = (name: "direction" | "distance" | "level", label: string, text: string, more?: Partial<Range>): Child =>
    dial(hands, s, name, label, text, more);
  return (
    <div class="i-world">
      <div class="i-side">
        {choose("kernel", "Energy at distance δ", { squared_distance: "½δ²", distance: "δ", cauchy: "log(1 + δ²)" })}
        {choose("beyond", "For strangers", { nothing: "nothing", background: "add D", threshold: "reject" })}
      </div>
      <div class="i-sliders">
        {slide("distance", "Distance", plain(s.distance), {
          low: 0,
          high: DECADES * STEPS,
          step: 1,
          value: Math.log10(s.distance) * STEPS,
          moved: (v) => hands.set({ distance: +(10 ** (v / STEPS)).toPrecision(3) }, "distance", true),
        })}
        {outside ? (
          slide("level", background ? "Energy of D" : "Reject if L ≤", plain(background ? s.level : -s.level))
        ) : (
          <span class="i-slider i-empty" />
        )}
      </div>
      <div class="i-side i-views">
        {plane(s, passage, slide("direction", "Direction", `${plain(s.direction)}°`))}
        {compare(passage)}
        {plot(
          s,
          hands.waiting,
          ["Largest share of A, B, C", background && "; dashed: of D"],
          SHARE,
          (far) => Math.max(...passed(s, far).scores.slice(0, 3)),
          background && ((far) => passed(s, far).scores[3]),
        )}
        {plot(
          s,
          hands.waiting,
          ["L, as asinh L", outside && "; dashed: of A, B, C alone"],
          DEPTH(outside ? -s.level : 0),
          (far) => passed(s, far).value,
          outside && ((far) => evidence(s, far)),
        )}
      </div>
    </div>
  );
};

const sentence = (s: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => {
  const control = act?.control ?? "distance";
  const from = act && /^d/.test(control) ? act.from : s;
  const bold = (text: string, controls: RegExp): Child => [controls.test(control) ? <b>{text}</b> : text, " "];
  const went = (what: string, of: (s: State) => number): string => {
    const [was, is] = [from, s].map((state) => two(of(state)));
    return was === is ? `${what} is ${is}` : `${what} went from ${was} to ${is}`;
  };
  const kept = evidence(s) > -s.level;
  return [
    bold(`At ${plain(s.direction)}°, z is ${plain(s.distance)} away.`, /^d/),
    bold(`By ${s.kernel === "cauchy" ? "log(1 + δ²)" : s.kernel.replace("_", " ")},`, /^k/),
    `${went("the largest share", (state) => Math.max(...passed(state).scores))} and ${went("L of the known", evidence)}. `,
    s.beyond === "background" && bold(`D, of energy ${plain(s.level)}, takes ${two(passage.scores[3])}.`, /^[bl]/),
    s.beyond === "threshold" &&
      bold(`That is ${kept ? "" : "not "}above ${plain(-s.level)}: z is ${kept ? "kept" : "rejected"}.`, /^[bl]/),
    consequence(passage, measurement) + verdict(measurement),
  ];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-world",
  schema,
  title: "How far is far?",
  lede: "Send z away: rings are 1 apart. Its slices are its responsibilities, and the small squares show them under each energy and answer.",
  tall: () => 880,
  read: (s) => readPipe(mechanism(s), energies(s)),
  picture,
  sentence,
});
