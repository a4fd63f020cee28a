/**
 * The normal form of an objective, read off its curvature alone:
 *
 *   J(d) = w τ log(a_0 + Σ_h a_h exp(−d_h/τ)) − ⟨q, d⟩ + const,    c = w r + q,    ∂c_h/∂d_k = κ (c_h − q_h)(c_k − q_k)
 *
 * for h ≠ k, with κ = 1/(w τ). No softmax is looked for: what the off-diagonal couplings share gives κ and the clamp q, the
 * diagonal then gives the weight w, and the shares r that are left give the prior a, and a_0 where they do not add up to one.
 */
import { each, sum, type Vector } from "../array";
import { sigmoid } from "../scalar";
import { responsibilities } from "../softmin";
import { dice } from "./inputs";
import { type Look, look, type Objective } from "./jets";

/** What was found. */
export interface Form {
  /**
   * `shared`: the normal form. `silent`: with one hypothesis more, whose energy never moves. `apart`: of each hypothesis
   * alone, a two-way EM of its own. `unshared`: w exp(−d_h/τ) of each, and no sum at all.
   */
  readonly kind: "shared" | "silent" | "apart" | "unshared";
  readonly weight: number;
  readonly temperature: number;
  /** q. */
  readonly clamp: Vector;
  /** log a, of a silent or an own alternative of weight one; null where all hypotheses are alike. */
  readonly prior: Vector | null;
  /** How far credit is from it at the worst input, in parts of the largest credit. */
  readonly residual: number;
}
/** What was not found, and what is there instead. */
export interface NoForm {
  /**
   * `log_sum`: the others answer as they do to the logarithm of a sum, but its terms are no exponentials. `linear`: credit
   * is the same everywhere, all of it clamp. `none`: neither.
   */
  readonly kind: "log_sum" | "linear" | "none";
  readonly why: string;
  /** q, where there is one. */
  readonly clamp?: Vector;
  /** κ, where the others answer as they do to the logarithm of a sum. */
  readonly kappa?: number;
}
export type Found = Form | NoForm;
export const isForm = (found: Found): found is Form => "temperature" in found;

const spread = (v: Vector): number => Math.max(...v) - Math.min(...v);
const most = (v: Vector): number => Math.max(0, ...v.map(Math.abs));
const mean = (v: Vector): number => sum(v) / v.length;
const pairs = (count: number): readonly (readonly [number, number])[] =>
  each(count, (i) => each(i, (j) => [i, j] as const)).flat();
/** log w: −∞ where there is nothing. */
const log = Math.log;

const none = (why: string): NoForm => ({ kind: "none", why });
/** A temperature below zero is that of logits, which were taken for energies. */
const turned = none("credit rises with the energies: are these logits?");

// ------------------------------------------------------------------------------------ scores

/** The shares that a form gives: what credit is held against, before the weight and the clamp. */
export const sharesOf = ({ kind, temperature, prior }: Form, energies: Vector): Vector => {
  const logs = energies.map((d, h) => -d / temperature + (prior?.[h] ?? 0));
  if (kind === "unshared") return logs.map(Math.exp);
  if (kind === "apart") return logs.map(sigmoid);
  // The silent one stands last, with a logarithm of zero.
  if (kind === "silent") return responsibilities([...logs.map((l) => -l), 0]).slice(0, -1);
  return responsibilities(logs.map((l) => -l));
};

/** A form with its residual at these inputs, or none where it is not theirs. */
const held = (form: Omit<Form, "residual">, looks: readonly Look[]): Form | null => {
  const whole = { ...form, residual: 0 };
  const off = looks.map(({ energies, credit, creditError, largest }) => {
    const shares = sharesOf(whole, energies);
    const gaps = credit.map((c, h) => Math.abs(c - form.weight * shares[h] - form.clamp[h]) - creditError);
    return Math.max(0, ...gaps) / Math.max(1e-300, largest, Math.min(1, Math.abs(form.weight)));
  });
  const residual = Math.max(0, ...off);
  return residual <= 1e-7 ? { ...form, residual } : null;
};

// ------------------------------------------------------------------------------------ where to look

/** Seven inputs at one scale, and what is to be seen there. */
interface Sight {
  readonly looks: readonly Look[];
  /** The largest and the smallest coupling of two hypotheses, and the largest of one with itself. */
  readonly high: number;
  readonly low: number;
  readonly own: number;
  readonly credit: number;
  readonly error: number;
  /** Whether no hypothesis answers another. */
  readonly apart: boolean;
  /** How well the numbers tell: the larger the better. */
  readonly grade: number;
}
const INPUTS = 7;
const REACH = 3;
/** Scales of the inputs, the first that tells well is taken. */
const SCALES: Vector = [1, 0.1, 10, 0.01, 0.001, 100];
const GOOD = 1e-3;

const sightOf = (looks: readonly Look[]): Sight => {
  const count = looks[0].credit.length;
  const off = looks.flatMap(({ coupling }) => pairs(count).map(([i, j]) => Math.abs(coupling[i][j])));
  const diagonal = looks.flatMap(({ coupling }) => coupling.map((row, h) => Math.abs(row[h])));
  const [high, low, own] = [most(off), Math.min(...off), most(diagonal)];
  const credit = most(looks.map(({ largest }) => largest));
  const error = most(looks.map(({ couplingError }) => couplingError));
  const apart = high <= 1e-11 * own + error / 10;
  const clear = apart ? Math.min(...diagonal) / own : Math.min(low / (high || 1), (1e-3 * high) / (error + 1e-300));
  const moves = spread(looks.map(({ credit: [first] }) => first)) / (credit || 1);
  return { looks, high, low, own, credit, error, apart, grade: Math.min(clear, moves) };
};

/** The inputs that tell best; or how many scales had values, where none tells anything. */
const chosen = (objective: Objective, count: number, above: number): Sight | number => {
  const roll = dice(99 + count);
  const base = each(INPUTS, () => each(count, () => REACH * roll()));
  let best: Sight | null = null;
  let tried = 0;
  for (const scale of SCALES) {
    const looks = base.map((energies) =>
      look(
        objective,
        energies.map((d) => above + scale * d),
      ),
    );
    if (!looks.every(({ finite, kink }) => finite && !kink)) continue;
    tried++;
    const sight = sightOf(looks);
    const bend = Math.max(sight.high, sight.own);
    if (bend * scale <= 1e-12 * sight.credit || bend <= sight.error) continue;
    if (!best || sight.grade > best.grade) best = sight;
    if (sight.grade > GOOD) break;
  }
  return best ?? tried;
};

// ------------------------------------------------------------------------------------ hypotheses by themselves

/** ∂c_h/∂d_h as a function of c_h: κ x² − κ w x in x = c − q, a parabola with roots q and q + w; or a line, where κ is zero. */
interface Parabola {
  readonly kappa: number;
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}
const parabola = (looks: readonly Look[], h: number): Parabola | null => {
  const points = looks.map(({ credit, coupling }) => [credit[h], coupling[h][h]] as const).sort((a, b) => a[0] - b[0]);
  const [first, middle, last] = [points[0], points[points.length >> 1], points[points.length - 1]];
  const width = last[0] - first[0];
  if (!(width > 1e-9 * (1e-9 + Math.max(Math.abs(first[0]), Math.abs(last[0]))))) return null;
  const rise = (middle[1] - first[1]) / (middle[0] - first[0]);
  const next = (last[1] - middle[1]) / (last[0] - middle[0]);
  const kappa = (next - rise) / width;
  const top = most(points.map(([, y]) => y)) || 1;
  const at = (c: number): number => first[1] + rise * (c - first[0]) + kappa * (c - first[0]) * (c - middle[0]);
  if (!(most(points.map(([c, y]) => at(c) - y)) <= 1e-7 * top)) return null;
  const slope = rise - kappa * (first[0] + middle[0]);
  const constant = first[1] - rise * first[0] + kappa * first[0] * middle[0];
  if (Math.abs(kappa) * width * width < 1e-9 * top) {
    const root = -constant / slope;
    return { kappa: 0, slope, low: root, high: root };
  }
  const discriminant = slope * slope - 4 * kappa * constant;
  if (!(discriminant > 0)) return null;
  const [centre, half] = [-slope / (2 * kappa), Math.sqrt(discriminant) / Math.abs(2 * kappa)];
  return { kappa, slope, low: centre - half, high: centre + half };
};

/** Of an objective where no hypothesis answers another: K two-way EMs, or exponentials that are never shared. */
const separate = ({ looks, credit }: Sight, far: readonly Look[]): Found => {
  const alone = none("no hypothesis feels another");
  const found = looks[0].credit.map((_, h) => parabola(looks, h));
  if (found.some((it) => it === null)) return alone;
  const all = found as readonly Parabola[];
  const [{ kappa, slope, low, high }] = all;
  if (all.every((it) => it.kappa === 0)) {
    if (most(all.map((it) => it.low)) > 1e-7 * credit) return alone;
    if (!(spread(all.map((it) => it.slope)) <= 1e-6 * Math.abs(slope))) return alone;
    const temperature = -1 / slope;
    if (temperature < 0) return turned;
    const sizes = all.map((_, h) => mean(looks.map((it) => it.credit[h] * Math.exp(it.energies[h] / temperature))));
    const logs = sizes.map((size) => log(size / sizes[0]));
    const prior = most(logs) < 1e-7 ? null : logs;
    return held({ kind: "unshared", weight: sizes[0], temperature, clamp: all.map(() => 0), prior }, far) ?? alone;
  }
  const weight = Math.sign(kappa) * (high - low);
  const temperature = 1 / (kappa * weight);
  const clamp = all.map((it) => (weight > 0 ? it.low : it.high));
  const logs = all.map((_, h) =>
    mean(
      looks.map((it) => {
        const share = (it.credit[h] - clamp[h]) / weight;
        return log(share / (1 - share)) + it.energies[h] / temperature;
      }),
    ),
  );
  const prior = most(logs) < 1e-7 ? null : logs;
  return held({ kind: "apart", weight, temperature, clamp, prior }, far) ?? alone;
};

// ------------------------------------------------------------------------------------ what couplings share

/** κ and the clamp: ∂c_h/∂d_k = κ (c_h − q_h)(c_k − q_k). */
interface Law {
  readonly kappa: number;
  readonly clamp: Vector;
}

/** Of two hypotheses there is one coupling: the diagonals' parabolas give the law, and the coupling must be as it says. */
const lawOfTwo = ({ looks, high }: Sight): Law | NoForm => {
  const unfit = none("curvature and credit do not fit one another");
  const [a, b] = [parabola(looks, 0), parabola(looks, 1)];
  if (!a || !b || a.kappa === 0 || !(Math.abs(a.kappa - b.kappa) <= 1e-6 * Math.abs(a.kappa))) return unfit;
  // Two normal forms are equal here, (w, τ, q) and (−w, −τ, q + w): that of a positive temperature is told.
  const clamps = [
    [a.low, b.low],
    [a.high, b.high],
  ];
  const fits = (clamp: Vector): boolean =>
    looks.every(({ credit, coupling }) => {
      const says = a.kappa * (credit[0] - clamp[0]) * (credit[1] - clamp[1]);
      return Math.abs(coupling[0][1] - says) <= 1e-6 * high;
    });
  const clamp = (a.kappa > 0 ? clamps : clamps.reverse()).find(fits);
  return clamp ? { kappa: a.kappa, clamp } : unfit;
};

const brief = (v: number): string =>
  (Math.abs(v) < 1e-3 ? v.toExponential(1) : Math.abs(v) >= 100 ? v.toFixed(0) : v.toPrecision(3)).replaceAll("-", "−");

/** Where the products of two couplings each, which should be three times the same, are furthest apart. */
const tetrads = (looks: readonly Look[]): NoForm => {
  const names = ["AB·CD", "AC·BD", "AD·BC"];
  const [worst] = looks
    .map(({ coupling: C }) => {
      const products = [C[0][1] * C[2][3], C[0][2] * C[1][3], C[0][3] * C[1][2]];
      const [high, low] = [Math.max(...products), Math.min(...products)];
      return { products, high, low, apart: (high - low) / Math.abs(high) };
    })
    .sort((a, b) => b.apart - a.apart);
  const tell = (value: number): string => `${names[worst.products.indexOf(value)]} is ${brief(value)}`;
  return none(`the pairs do not share one factor each (${tell(worst.high)}, ${tell(worst.low)}; they should be equal)`);
};

/** Of three hypotheses and more: a factor of each at every input out of the couplings alone, and credit as a line in it. */
const lawOfMany = ({ looks, credit: top }: Sight): Law | NoForm => {
  const count = looks[0].credit.length;
  const sign = Math.sign(looks[0].coupling[0][1]);
  const factors: Vector[] = [];
  let excess = 0;
  for (const { coupling, couplingError } of looks) {
    if (pairs(count).some(([i, j]) => Math.sign(coupling[i][j]) !== sign))
      return none("raising one energy gives some of the others credit and takes it from the rest");
    // log |C_ij| = x_i + x_j, by least squares.
    const rows = coupling.map((row, i) => sum(row.map((v, j) => (i === j ? 0 : log(Math.abs(v))))));
    const half = sum(rows) / (2 * count - 2);
    const x = rows.map((row) => (row - half) / (count - 2));
    for (const [i, j] of pairs(count)) {
      const size = Math.abs(coupling[i][j]);
      excess = Math.max(excess, Math.abs(log(size) - x[i] - x[j]) - couplingError / size);
    }
    factors.push(x.map(Math.exp));
  }
  if (excess > 1e-5) return tetrads(looks);

  const centred = (rows: readonly Vector[]): readonly [readonly Vector[], Vector] => {
    const middle = each(count, (h) => mean(rows.map((row) => row[h])));
    return [rows.map((row) => row.map((v, h) => v - middle[h])), middle];
  };
  const [moves, middle] = centred(factors);
  const [answers, credit] = centred(looks.map((it) => it.credit));
  const product = (a: readonly Vector[], b: readonly Vector[]): number =>
    sum(a.flatMap((row, k) => row.map((v, h) => v * b[k][h])));
  const slope = product(moves, answers) / product(moves, moves);
  const off = most(moves.flatMap((row, k) => row.map((v, h) => answers[k][h] - slope * v)));
  if (!(off <= 1e-6 * top) || slope === 0) {
    // The weight that two inputs close to each other ask for, twice.
    const asked = (a: number, b: number): string => {
      const step = factors[a].map((v, h) => v - factors[b][h]);
      const rise = sum(step.map((v, h) => v * (looks[a].credit[h] - looks[b].credit[h])));
      return brief((sign * sum(factors[a]) * rise) / sum(step.map((v) => v * v)));
    };
    return none(`the weight changes with the input (${asked(0, 1)} here, ${asked(2, 3)} there)`);
  }
  const clamp = credit.map((c, h) => c - slope * middle[h]);
  const scale = most(clamp) + top;
  return { kappa: sign / slope / slope, clamp: clamp.map((v) => (Math.abs(v) < 1e-8 * scale ? 0 : v)) };
};

/** Whether the law holds wherever was looked. */
const holdsFar = ({ kappa, clamp }: Law, far: readonly Look[]): boolean =>
  far.every(({ credit, coupling, creditError, couplingError, largest }) => {
    const x = credit.map((c, h) => c - clamp[h]);
    const size = Math.abs(kappa) * Math.max(1e-300, most(x)) ** 2;
    const allowed = 1e-5 * size + couplingError + 2 * Math.abs(kappa) * creditError * largest;
    return pairs(credit.length).every(([i, j]) => Math.abs(coupling[i][j] - kappa * x[i] * x[j]) <= allowed);
  });

/** From the law to the weight, the temperature, the prior, and whether one hypothesis is silent. */
const formOf = (law: Law, { looks, grade }: Sight, far: readonly Look[]): Found => {
  const { kappa, clamp } = law;
  const partly = (why: string): NoForm =>
    holdsFar(law, far)
      ? { kind: "log_sum", why: "a logarithm of a sum, but not of exponentials", clamp, kappa }
      : none(why);
  const rest = looks.map(({ credit }) => credit.map((c, h) => c - clamp[h]));
  // κ x² − κ w x is the diagonal.
  const weights = looks
    .flatMap(({ coupling }, k) => rest[k].map((x, h) => x - coupling[h][h] / (kappa * x)))
    .sort((a, b) => a - b);
  const weight = weights[weights.length >> 1];
  if (!(spread(weights) <= (1e-5 * Math.abs(weight)) / Math.sqrt(Math.max(grade, 1e-6))))
    return partly("the weight changes with the input");
  const temperature = 1 / (kappa * weight);
  if (temperature < 0) return turned;
  const shares = rest.map((row) => row.map((x) => x / weight));
  const left = shares.map((row) => 1 - sum(row));
  const silent = !left.every((share) => Math.abs(share) < 1e-6);
  if ((silent && left.some((share) => share <= 0)) || shares.flat().some((share) => !(share > 0)))
    return partly("shares do not add up");
  const logs = shares.map((row, k) => row.map((share, h) => log(share) + looks[k].energies[h] / temperature));
  const zero = logs.map((row, k) => (silent ? log(left[k]) : mean(row)));
  const prior = clamp.map((_, h) => mean(logs.map((row, k) => row[h] - zero[k])));
  const alike = (silent ? most(prior) : spread(prior)) < 1e-6;
  const kind = silent ? "silent" : "shared";
  return (
    held({ kind, weight, temperature, clamp, prior: alike ? null : prior }, far) ?? partly("it fits near, not far")
  );
};

// ------------------------------------------------------------------------------------ all of it

/** Where all energies are high, and a faint silent hypothesis has its share. */
const ABOVE = 20;
const SAME = 1e-8;

const identified = (objective: Objective, far: readonly Look[], above: number): Found => {
  const count = far[0].credit.length;
  const sight = chosen(objective, count, above);
  if (sight === 0) return none("no value at the inputs that would tell");
  if (typeof sight === "number") {
    const [{ credit }] = far;
    const alike = far.every((it) =>
      it.credit.every((c, h) => Math.abs(c - credit[h]) <= SAME * Math.max(1, it.largest)),
    );
    return alike
      ? { kind: "linear", why: "credit is the same at every input", clamp: credit }
      : none("credit jumps, and between the jumps nothing moves");
  }
  if (sight.apart) return separate(sight, far);
  if (sight.low <= 1e-10 * sight.high + sight.error / 10) return none("some pairs do not feel each other");
  const law = count === 2 ? lawOfTwo(sight) : lawOfMany(sight);
  return "why" in law ? law : formOf(law, sight, far);
};

/** The normal form of an objective, held against all looks at it that are smooth; or what is there instead. */
export const normalForm = (objective: Objective, smooth: readonly Look[]): Found => {
  if (smooth.length === 0) return none("no value at any input that was tried");
  const near = identified(objective, smooth, 0);
  if (isForm(near)) return near;
  const high = identified(objective, smooth, ABOVE);
  return isForm(high) && high.kind === "silent" ? high : near;
};
