import { implicit_em, pass, type Mechanism } from "../math/mechanism";
import {
  expected_energy,
  fenchel_young,
  log_sum_exp,
  max,
  mean,
  total,
  type Objective as Part,
} from "../math/objective";
import { readPipe, widget, type Act, type Hands, type PipeReading } from "../core/widget";
import { schema, type State } from "./state";
import { dial, ghost, pick, range } from "../marks/controls";
import { LETTERS, percent, two } from "../marks/format";
import type { Child } from "../core/widget";
import { hue, mark } from "../marks/marks";
import { curve, level, on, path, ticks, type Span } from "../marks/plot";
import { same } from "../marks/rows";
import { answer, consequence, verdict } from "../marks/sentence";

type Kind = "log-sum-exp" | "expected-energy" | "mean" | "max" | "sum" | "entmax";

const KINDS: Readonly<Record<Kind, (alpha: number) => Part>> = {
  "log-sum-exp": log_sum_exp,
  "expected-energy": expected_energy,
  mean,
  max,
  sum: total,
  entmax: fenchel_young,
};
const named = (kind: Kind, alpha = "α"): string => (kind === "entmax" ? `${alpha}-entmax` : kind.replace("d-e", "d e"));
const ENERGIES = ["energy_a", "energy_b"] as const;
/** Energies that the hands can set; both axes reach one nat below, where the square hangs with its filled edge. */
const HIGH = 2;
const EDGE = 0.2;
const AXIS: Span = { low: -1 - EDGE, high: HIGH + EDGE };
const WIDE = AXIS.high - AXIS.low;
const TICKS = [0, 1, 2];

const read = ({ objective, alpha, temperature, energy_a, energy_b }: State): PipeReading =>
  readPipe({ ...implicit_em, objective: KINDS[objective](alpha), temperature }, [energy_a, energy_b]);

/** A drawing in nats, right and up: its unit is the side of the square, and its walker stands at (x, y). */
const nats = (top: number, x: number, y: number, ...inside: Child[]): Child => (
  <svg class="i-nats" viewBox={`${AXIS.low} ${-top} ${WIDE} ${WIDE}`} aria-hidden="true">
    <g transform={to(x, y)}>
      {inside}
      <circle r={0.06} />
    </g>
  </svg>
);
const to = (x: number, y: number): string => `translate(${x.toFixed(4)} ${(-y).toFixed(4)})`;
const line = (d: string, look = "", transform?: string): Child => <path class={look} d={d} transform={transform} />;

/** Lines of equal L: one line, moved along the diagonal, since no objective here bends otherwise when both energies rise alike. */
const equal = (m: Mechanism): string => {
  const L = (gap: number): number => pass(m, [gap, -gap]).value;
  const middle = L(0);
  const points = Array.from({ length: 41 }, (_, i) => {
    const gap = ((i / 20 - 1) ** 3 * WIDE) / 2;
    const bend = m.objective.kind === "sum" ? m.temperature * Math.log(L(gap) / middle) : L(gap) - middle;
    return [bend + gap, gap - bend] as const;
  });
  return Array.from(
    { length: 12 },
    (_, i) => `M${points.map(([x, y]) => `${(x + i / 2 - 3).toFixed(3)} ${(y - i / 2 + 3).toFixed(3)}`).join("L")}`,
  ).join("");
};

const picture = (state: State, { mechanism: m, passage }: PipeReading, hands: Hands<State>): Child => {
  const { d, scores, credit, value } = passage;
  const L = (a: number, b: number): number => pass(m, [a, b]).value;
  const floor = Math.max(L(HIGH, HIGH), value - HIGH) - EDGE;
  const rise: Span = { low: floor, high: floor + WIDE };
  const X = (v: number): string => percent(on(v, AXIS));
  const Y = (v: number): string => percent(on(v, rise));
  /** A mark on its axis is the handle of its energy. */
  const handle = (k: number, look: string): Child => (
    <div class={`i-plot ${look}`} style={{ "--at": X(d[k]), "--from": X(0), "--to": X(HIGH) }}>
      {k ? TICKS.map((v) => level(v, AXIS, null)) : ticks(TICKS, AXIS)}
      <span class="i-handle">{mark(k)}</span>
      {ghost(range(hands, state, ENERGIES[k], `Energy of ${LETTERS[k]}`, `${two(d[k])} nats`, "energies"))}
    </div>
  );
  const plot = (title: string, words: string, ...inside: Child[]): Child => (
    <div class="i-view">
      <p class="i-caption">
        <b>{title}</b>
        {words}
      </p>
      <div class="i-plot i-ground">
        {inside}
        {handle(0, "i-ruler")}
      </div>
    </div>
  );
  const length = Math.hypot(...credit);
  return (
    <div class="i-walk">
      <div class="i-steer">
        {pick(
          hands,
          state,
          "objective",
          "Objective L",
          (Object.keys(KINDS) as Kind[]).map((kind) => ({ value: kind, label: named(kind) })),
        )}
        <div class="i-sliders">
          {dial(hands, state, "temperature", "Temperature τ")}
          {(state.objective === "entmax" && dial(hands, state, "alpha", "Index α")) || (
            <span class="i-slider i-empty" />
          )}
        </div>
      </div>
      {plot(
        "Slice",
        " of L along A’s energy. Over a run of 1 the tangent rises by A’s credit; the seam is at A’s score.",
        nats(
          rise.high,
          d[0],
          value,
          line(`M0 0V${WIDE}`, "i-h0"),
          line("M-1 0V-1H0V0Z", "i-frame"),
          <text x={-0.55} y={0.17} font-size={0.15}>
            1
          </text>,
          line(`M-.97 ${-scores[0]}V${-credit[0]}`, "i-gap"),
          line("M-1.2 0H1", "", `matrix(1 ${credit[0].toFixed(4)} 0 1 0 0)`),
        ),
        curve(path((a) => L(a, d[1]), AXIS, rise)),
        scores.map((s, k) => (
          <i
            class={`i-piece ${hue(k)}`}
            style={{
              left: X(d[0] - 1 - EDGE),
              width: percent(EDGE / WIDE),
              bottom: Y(value + k * scores[0]),
              height: percent(s / WIDE),
            }}
          >
            {s > EDGE && <b>{LETTERS[k]}</b>}
          </i>
        )),
        <span
          class={same(scores[0], credit[0]) ? "i-spot i-knob i-hit" : "i-spot i-knob"}
          style={{ left: X(d[0] - 1), bottom: Y(value + credit[0]) }}
        >
          <b>{two(credit[0])}</b>
        </span>,
      )}
      {plot(
        "Map",
        " of both energies, with lines of equal L. Arrow: credit. Ring: scores. On the diagonal all adds to one.",
        nats(
          AXIS.high,
          d[0],
          d[1],
          line(equal(m), "i-equal", to(-d[0], -d[1])),
          line(`M0 0V${WIDE}`, "i-h0"),
          line(`M0 0H${-WIDE}`, "i-h1"),
          line("M-1 1V0H0V1Z", "i-frame"),
          line("M-1.3 -.3L.3 1.3", "i-dashed"),
          line("M-1 0L0 1"),
          line(
            `M0 0H${length.toFixed(4)}l-.16 .07v-.14l.16 .07`,
            "i-arrow",
            `rotate(${((Math.atan2(credit[1], -credit[0]) * 180) / Math.PI).toFixed(2)})`,
          ),
          line(`M${-scores[0]} ${scores[1]}L${-credit[0]} ${credit[1]}`, "i-gap"),
          <circle class="i-ring" r={0.1} transform={to(-scores[0], -scores[1])} />,
        ),
        handle(1, "i-upright"),
      )}
      {hands.said}
    </div>
  );
};

const sentence = (state: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => {
  const k = (ENERGIES as readonly string[]).indexOf(act?.control ?? "");
  return [
    act && k >= 0
      ? [answer(k, act.from[ENERGIES[k]], passage.d[k], read(act.from).passage, passage), " The"]
      : ["With ", <b>{named(state.objective, two(state.alpha))}</b>, ` at τ = ${two(state.temperature)}, the`],
    ` tangent ${same(passage.scores[0], passage.credit[0]) ? "meets" : "misses"} the seam. `,
    consequence(passage, measurement),
    verdict(measurement),
  ];
};

export const definition = widget<State, PipeReading>({
  tag: "iem-objective",
  schema,
  title: "Walk on the objective",
  lede: "L is a landscape over the energies of A and B. Drag their marks to walk on it. Then put another objective in the place of log-sum-exp.",
  tall: () => 740,
  placesSentence: true,
  read,
  picture,
  sentence,
});
