/** Prototypes on a line: their energies at every place, who owns it and by what share, and a ruler of B's own. */
import { type Act, type Child, type Hands, type PipeReading, readPipe, widget } from "../core/widget";
import { dial, each, movedBy, pick, range } from "../marks/controls";
import { LETTERS, percent, signed, two } from "../marks/format";
import { hue, mark } from "../marks/marks";
import { lettered, level, on, path, ruler, type Span, sheet, told, within } from "../marks/plot";
import { compare, rowsBeyond } from "../marks/rows";
import { consequence, verdict } from "../marks/sentence";
import { sum, type Vector } from "../math/array";
import { distance, dot_product, type Energies, gaussian, own_ruler, squared_distance } from "../math/energies";
import { implicit_em } from "../math/mechanism";
import { type State, schema } from "./state";

type Kernel = State["kernel"];

/** On a line, all distances are one. */
const KERNELS: Readonly<Record<Kernel, (z: Vector, means: readonly Vector[], variances: Vector) => Vector>> = {
  squared_distance,
  absolute: distance,
  gaussian,
  dot_product,
};
/** The hypothesis that may have a ruler of its own. */
const B = 1;
/** Equal for every reader: far below the second decimal. */
const EQUAL = 1e-9;

/** Energies at a place z. */
type Field = (z: number) => Vector;
/** As the kernel gives them; a Gaussian's unit is one over its variance, and brings its volume. */
const given = ({ kernel, prototypes, unit }: State): Field => {
  const means = prototypes.map((m) => [m]);
  const variances = prototypes.map((_, k) => (k === B ? 1 / unit : 1));
  return (z) => KERNELS[kernel]([z], means, variances);
};
/** The unit that is left for B to count what it is given in. */
const ownUnit = ({ kernel, unit }: State): number => (kernel === "gaussian" ? 1 : unit);
const ownRuler = (state: State): Energies => own_ruler({ factor: ownUnit(state), amount: state.offset, index: B });
/** As they count: B's on its own ruler. */
const counted = (state: State): Field => {
  const energies = given(state);
  return (z) => energies(z).map((d, k) => (k === B ? ownUnit(state) * d + state.offset : d));
};

/** One that remembers the places it was asked for: all curves go through the same ones. */
const remembered = (field: Field): Field => {
  const known = new Map<number, Vector>();
  return (z) => {
    const energies = known.get(z) ?? field(z);
    known.set(z, energies);
    return energies;
  };
};

interface Halfway {
  readonly place: number;
  /** How far the energies of the two neighbours are apart there. */
  readonly gap: number;
}
/** The places halfway between neighbours. */
const halfways = (state: State): readonly Halfway[] => {
  const { prototypes } = state;
  const order = [...prototypes.keys()].sort((j, k) => prototypes[j] - prototypes[k]);
  return order.slice(1).map((right, i) => {
    const left = order[i];
    const place = (prototypes[left] + prototypes[right]) / 2;
    const energies = counted(state)(place);
    return { place, gap: Math.abs(energies[left] - energies[right]) };
  });
};

const read = (state: State): PipeReading => {
  const reading =
    state.ruler === "own"
      ? readPipe(implicit_em, counted(state)(state.z))
      : readPipe({ ...implicit_em, energies: ownRuler(state) }, given(state)(state.z));
  const { numbers } = reading;
  return {
    ...reading,
    numbers: {
      ...numbers,
      rows: numbers.rows.map(([name, ...values], k) => [`${name} at ${two(state.prototypes[k])}`, ...values]),
    },
  };
};

// ------------------------------------------------------------------------------------ names

const LABELS: Readonly<Record<Kernel, string>> = {
  squared_distance: "Squared distance",
  absolute: "Absolute distance",
  gaussian: "Gaussian with volume",
  dot_product: "Inner product",
};
const RULERS: Readonly<Record<State["ruler"], string>> = { given: "everybody’s ruler", own: "B’s own ruler" };
const PROTOTYPE = "Prototype";

/** What a number of the state is called, and how it is written. */
interface Quantity {
  readonly name: string;
  readonly written: (state: State) => string;
}
const QUANTITIES: Readonly<Record<"z" | "offset" | "unit", Quantity>> = {
  z: { name: "Datum z", written: ({ z }) => two(z) },
  offset: { name: "B’s own zero", written: ({ offset }) => `${signed(offset)} nats` },
  unit: {
    name: "B’s own unit",
    // A Gaussian's volume goes with its unit.
    written: ({ kernel, unit }) => two(unit) + (kernel === "gaussian" ? `, volume ${signed(-Math.log(unit) / 2)}` : ""),
  },
};

// ------------------------------------------------------------------------------------ the line

const LINE: Span = schema.z;
const TICKS = [-4, -2, 0, 2, 4];
const UNIT: Span = { low: 0, high: 1 };
/** Energies from their least to where all that matters has happened; the inner product's, around zero. */
const axisOf = (kernel: Kernel): Span => (kernel === "dot_product" ? { low: -9, high: 9 } : { low: -2, high: 6 });
/** Places along the line: enough for what bends gently or is small, and about a pixel each. */
const FEW = 80;
const FINE = 320;

const at = (z: number): string => percent(on(z, LINE));

/** Whose energy is the least at each of `count` places; the next stretch lies over the end of the last. */
const owners = (state: State, count: number, ...more: Child[]): Child => {
  const energies = counted(state);
  const least = Array.from({ length: count }, (_, i) => {
    const d = energies(LINE.low + ((LINE.high - LINE.low) * (i + 0.5)) / count);
    return d.indexOf(Math.min(...d));
  });
  return (
    <span class="i-owners">
      {least.map((k, i) => k !== least[i - 1] && <i class={`i-bar ${hue(k)}`} style={{ left: percent(i / count) }} />)}
      {more}
    </span>
  );
};

/** B's own zero, where its prototype is: from the energy as given there to the energy as it counts. */
const ownZero = (state: State, axis: Span): Child => {
  const place = state.prototypes[B];
  const heights = [given, counted].map((energies) => within(energies(state)(place)[B], axis));
  const [top, bottom] = [percent(1 - Math.max(...heights)), percent(Math.min(...heights))];
  return <i class="i-own-zero" style={{ left: at(place), top, bottom }} />;
};

/** Each hypothesis' energy along the line, B's also as it is given, and the marks of all at z. */
const wells = (state: State, energies: Field): Child => {
  const { prototypes, z, offset, kernel } = state;
  const axis = axisOf(kernel);
  const well = (field: Field, k: number, look = hue(k)): Child => (
    <path class={look} d={path((x) => field(x)[k], LINE, axis, FEW)} />
  );
  const bothRulers = prototypes.length > B && state.ruler === "given";
  return (
    <div class="i-plot i-wells">
      <i class="i-yaxis" />
      {told(`At z: ${lettered(energies(z))}`)}
      {level(0, axis)}
      {level(axis.high, axis, null)}
      {sheet(
        bothRulers && well(given(state), B, `${hue(B)} i-given`),
        prototypes.map((_, k) => well(energies, k)),
      )}
      {energies(z).map((d, k) => (
        <span
          class={d > axis.high ? "i-spot i-beyond" : "i-spot"}
          style={{ left: at(z), bottom: percent(within(d, axis)) }}
        >
          {mark(k)}
        </span>
      ))}
      {bothRulers && offset !== 0 && ownZero(state, axis)}
    </div>
  );
};

/** The shares at every place, laid upon each other: the first lies over all that are above it. */
const shares = ({ prototypes, z }: State, energies: Field): Child => {
  /** The share of the first `count` at a place. */
  const ofFirst = (count: number, z: number): number => {
    const likelihoods = energies(z).map((d) => Math.exp(-d));
    return sum(likelihoods.slice(0, count)) / sum(likelihoods);
  };
  const layers = prototypes.map((_, k) => (
    <path class={hue(k)} d={`${path((z) => ofFirst(k + 1, z), LINE, UNIT, FEW)}V100H0Z`} />
  ));
  return (
    <div class="i-plot i-share-curves">
      {told(`Shares at z: ${lettered(prototypes.map((_, k) => ofFirst(k + 1, z) - ofFirst(k, z)))}`)}
      {sheet(layers.reverse())}
      {prototypes.map((m, k) => {
        const middle = (ofFirst(k, m) + ofFirst(k + 1, m)) / 2;
        return (
          <span class="i-spot i-small" style={{ left: at(m), bottom: percent(middle) }}>
            {mark(k)}
          </span>
        );
      })}
    </div>
  );
};

/** The datum under the line, to be taken hold of. */
const datum = (state: State, hands: Hands<State>): Child =>
  ruler(
    [state.z],
    LINE,
    [],
    [<i>z</i>, ` = ${two(state.z)}`],
    () => range(hands, state, "z", QUANTITIES.z.name),
    0,
    () => <b>z</b>,
  );

const line = (state: State, hands: Hands<State>): Child => {
  const energies = remembered(counted(state));
  return (
    <div class="i-plots i-places i-owned" style={{ "--z": at(state.z) }}>
      <p class="i-caption">
        {"energy "}
        <i>d</i>
        {" at every place"}
      </p>
      {wells(state, energies)}
      {ruler(state.prototypes, LINE, TICKS, null, (k) => each(hands, state, "prototypes", PROTOTYPE, k))}
      <p class="i-caption">
        {"who owns it, by share "}
        <i>r</i>
        {"; "}
        <i class="i-before-key" />
        halfway
      </p>
      {owners(
        state,
        FINE,
        halfways(state).map(({ place }) => <i class="i-before" style={{ left: at(place) }} />),
      )}
      {shares(state, energies)}
      {datum(state, hands)}
    </div>
  );
};

/** What B counts by, for those who have a B, and what comes of it. */
const counting = (state: State, { passage }: PipeReading, hands: Hands<State>): Child => {
  const quantity = (trait: "offset" | "unit"): Child => {
    const { name, written } = QUANTITIES[trait];
    return dial(hands, state, trait, name, written(state));
  };
  const measuredOn = hands.options("ruler").map((value) => ({ value, label: RULERS[value] }));
  return (
    <div class="i-counting">
      {state.prototypes.length > B && [
        quantity("offset"),
        quantity("unit"),
        pick(hands, state, "ruler", "Measured on", measuredOn),
      ]}
      {compare(passage)}
    </div>
  );
};

const picture = (state: State, reading: PipeReading, hands: Hands<State>): Child => {
  const kernels = hands
    .options("kernel")
    .map((value) => ({ value, label: LABELS[value], picture: owners({ ...state, kernel: value }, FEW) }));
  return (
    <div>
      {pick(hands, state, "kernel", "Energy", kernels)}
      <div class="i-side">
        {line(state, hands)}
        {counting(state, reading, hands)}
      </div>
    </div>
  );
};

// ------------------------------------------------------------------------------------ words

/** Of a slider its value is said; of all else, where the reader now is. */
const event = (state: State, act: Act<State> | null): string => {
  const prototype = movedBy(act, PROTOTYPE);
  if (prototype >= 0) return `${PROTOTYPE} of ${LETTERS[prototype]} is ${two(state.prototypes[prototype])}.`;
  const moved = Object.entries(QUANTITIES).find(([trait]) => trait === act?.control)?.[1];
  if (moved) return `${moved.name} is ${moved.written(state)}.`;
  return `${LABELS[state.kernel]}, measured on ${RULERS[state.ruler]}.`;
};

const halfway = (state: State): Child => {
  const gaps = halfways(state).map(({ gap }) => gap);
  if (gaps.length === 0) return null;
  const most = Math.max(...gaps);
  return ` Halfway between neighbours, energies ${most < EQUAL ? "are equal" : `differ by up to ${two(most)}`}.`;
};

const sentence = (state: State, { passage, measurement }: PipeReading, act: Act<State> | null): Child => [
  <b>{event(state, act)}</b>,
  halfway(state),
  ` ${consequence(passage, measurement)}${verdict(measurement)}`,
];

export const definition = widget<State, PipeReading>({
  tag: "iem-energies",
  schema,
  title: "Are they comparable?",
  lede: "What moves a border: another kernel, or B’s own ruler?",
  tall: (state) => Math.max(804, 644 + rowsBeyond(state.prototypes.length)),
  read,
  picture,
  sentence,
});
