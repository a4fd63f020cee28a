/**
 * Exact derivatives of a formula: jets carry a value with its gradient and its second derivatives through every step.
 * A second pass that rounds every operation at random says how far rounding alone moves them.
 */
import { each, type Matrix, matrix, type Vector } from "../array";
import { log1pExp, sigmoid as logistic } from "../scalar";
import { type Formula, placeOf, type Step } from "./formula";

/** Value, gradient, and the lower triangle of the second derivatives, one after the other. */
type Jet = Float64Array;
/** A jet, or a number that no energy moves. */
type Scalar = number | Jet;
type Value = Scalar | readonly Scalar[];
const isVector = (value: Value): value is readonly Scalar[] => Array.isArray(value);
const isNumber = (x: Scalar): x is number => typeof x === "number";
export const plain = (x: Scalar): number => (isNumber(x) ? x : x[0]);

/** f, f′ and f″ at a number; where `scaled`, f, v f′ and v² f″, which stay in range where 1/v² does not. */
interface Curve {
  readonly at: (v: number) => readonly [number, number, number];
  readonly scaled?: boolean;
}

const sigmoid = (v: number): readonly [number, number, number] => {
  const small = Math.exp(-Math.abs(v));
  const slope = small / (1 + small) / (1 + small);
  return [logistic(v), slope, (slope * (v >= 0 ? -1 : 1) * (1 - small)) / (1 + small)];
};
const INVERSE: Curve = { at: (v) => [1 / v, -1 / v, 2 / v], scaled: true };

/** v^p for a p that no energy moves. */
const power = (p: number): Curve => ({
  at: (v) => {
    if (v !== 0) {
      const all = v ** p;
      return [all, p * all, p * (p - 1) * all];
    }
    // At zero the scaled form says nothing: a factor of zero makes the term vanish, whatever its power is.
    const term = (factor: number, exponent: number): number => (factor === 0 ? 0 : factor * v ** exponent);
    return [v ** p, term(p, p - 1), term(p * (p - 1), p - 2)];
  },
  scaled: true,
});

const CURVES = {
  sqrt: power(1 / 2),
  exp: {
    at: (v) => {
      const e = Math.exp(v);
      return [e, e, e];
    },
  },
  log: { at: (v) => (v < 0 ? [Number.NaN, Number.NaN, Number.NaN] : [Math.log(v), 1, -1]), scaled: true },
  sigmoid: { at: sigmoid },
  softplus: {
    at: (v) => {
      const [s, slope] = sigmoid(v);
      return [log1pExp(v), s, slope];
    },
  },
  tanh: {
    at: (v) => {
      const t = Math.tanh(v);
      const slope = 1 / Math.cosh(v) ** 2;
      return [t, slope, -2 * t * slope];
    },
  },
} as const satisfies Readonly<Record<string, Curve>>;
/** Half a unit in the last place of one, up and down. */
const ROUNDING = 2 ** -52;
/** Two branches meet where they differ by no more than this part of themselves. */
const TIED = 1e-12;

/** The operations on jets of so many variables, to the second derivatives or to the first. */
class Arithmetic {
  readonly #count: number;
  readonly #size: number;
  /** Of each second derivative, which two variables it is by, as places in the jet; and the way back. */
  readonly #row: number[] = [];
  readonly #column: number[] = [];
  /** Whether every operation rounds its result at random. */
  rough = false;
  /** Whether two branches met that have other derivatives. */
  kinked = false;
  #seed = 1;

  constructor(count: number, order: 1 | 2) {
    this.#count = count;
    this.#size = 1 + count;
    for (let i = 0; order === 2 && i < count; i++)
      for (let j = 0; j <= i; j++) {
        this.#row[this.#size] = i + 1;
        this.#column[this.#size++] = j + 1;
      }
  }

  /** The place of a second derivative in a jet. */
  place(i: number, j: number): number {
    const [low, high] = i < j ? [i, j] : [j, i];
    return 1 + this.#count + (high * (high + 1)) / 2 + low;
  }

  variable(value: number, index: number): Jet {
    const jet = new Float64Array(this.#size);
    jet[0] = value;
    jet[1 + index] = 1;
    return jet;
  }

  /** A jet, also of a number. */
  jet(x: Scalar): Jet {
    if (!isNumber(x)) return x;
    const jet = new Float64Array(this.#size);
    jet[0] = x;
    return jet;
  }

  #rounded(jet: Jet): Jet {
    if (this.rough)
      for (let k = 0; k < this.#size; k++) {
        this.#seed = (this.#seed * 1664525 + 1013904223) >>> 0;
        jet[k] *= 1 + (this.#seed & 65536 ? ROUNDING : -ROUNDING);
      }
    return jet;
  }

  add(a: Scalar, b: Scalar): Scalar {
    if (isNumber(a)) return isNumber(b) ? a + b : this.add(b, a);
    const sum = a.slice();
    if (isNumber(b)) sum[0] += b;
    else for (let k = 0; k < this.#size; k++) sum[k] += b[k];
    return this.#rounded(sum);
  }

  multiply(a: Scalar, b: Scalar): Scalar {
    if (isNumber(a)) return isNumber(b) ? a * b : this.multiply(b, a);
    const product = new Float64Array(this.#size);
    product[0] = a[0] * plain(b);
    if (isNumber(b)) for (let k = 1; k < this.#size; k++) product[k] = a[k] === 0 ? 0 : a[k] * b;
    else {
      for (let k = 1; k < this.#size; k++) product[k] = a[0] * b[k] + b[0] * a[k];
      for (let k = 1 + this.#count; k < this.#size; k++) {
        const [i, j] = [this.#row[k], this.#column[k]];
        product[k] += a[i] * b[j] + a[j] * b[i];
      }
    }
    return this.#rounded(product);
  }

  negate(a: Scalar): Scalar {
    return this.multiply(a, -1);
  }

  subtract(a: Scalar, b: Scalar): Scalar {
    return this.add(a, this.negate(b));
  }

  /** f(x), by the chain rule; a derivative that is zero stays zero, whatever it is multiplied by. */
  apply({ at, scaled = false }: Curve, x: Scalar): Scalar {
    if (isNumber(x)) return at(x)[0];
    const [value, slope, bend] = at(x[0]);
    const inner = scaled && x[0] !== 0 ? x.map((v) => v / x[0]) : x;
    const result = new Float64Array(this.#size);
    result[0] = value;
    for (let k = 1; k < this.#size; k++) result[k] = inner[k] === 0 ? 0 : slope * inner[k];
    for (let k = 1 + this.#count; k < this.#size; k++) {
      const [u, v] = [inner[this.#row[k]], inner[this.#column[k]]];
      if (u !== 0 && v !== 0 && bend !== 0) result[k] += bend * u * v;
    }
    return this.#rounded(result);
  }

  divide(a: Scalar, b: Scalar): Scalar {
    return this.multiply(a, this.apply(INVERSE, b));
  }

  power(a: Scalar, b: Scalar): Scalar {
    if (isNumber(b)) return this.apply(power(b), a);
    return this.apply(CURVES.exp, this.multiply(b, this.apply(CURVES.log, a)));
  }

  total(terms: readonly Scalar[]): Scalar {
    return terms.reduce((a, b) => this.add(a, b));
  }

  /**
   * The largest, or with `sign` −1 the smallest; it tells where another one ties that moves otherwise. Those that are
   * equal share the credit.
   */
  pick(from: readonly Scalar[], sign: 1 | -1): Scalar {
    const best = from.reduce((a, b) => (sign * plain(b) > sign * plain(a) ? b : a));
    const value = plain(best);
    if (from.some((x) => Number.isNaN(plain(x)))) return Number.NaN;
    const differs = (x: Scalar): boolean => {
      const [one, other] = [this.jet(x), this.jet(best)];
      return one.some((v, k) => k > 0 && v !== other[k]);
    };
    for (const x of from)
      if (x !== best && Math.abs(plain(x) - value) <= TIED * Math.max(1, Math.abs(value)) && differs(x))
        this.kinked = true;
    const equal = from.filter((x) => plain(x) === value);
    return equal.length === 1 ? best : this.multiply(this.total(equal), 1 / equal.length);
  }

  /** max(x, 0); at zero it does not move, which is the usual convention. */
  relu(x: Scalar): Scalar {
    const larger = this.pick([x, 0], 1);
    return plain(x) === 0 ? 0 : larger;
  }

  logsumexp(terms: readonly Scalar[]): Scalar {
    const most = Math.max(...terms.map(plain));
    if (!Number.isFinite(most)) return most;
    const sum = this.total(terms.map((x) => this.apply(CURVES.exp, this.add(x, -most))));
    return this.add(this.apply(CURVES.log, sum), most);
  }

  softmin(energies: readonly Scalar[]): readonly Scalar[] {
    const least = Math.min(...energies.map(plain));
    const weights = energies.map((d) => this.apply(CURVES.exp, this.negate(this.add(d, -least))));
    const share = this.apply(INVERSE, this.total(weights));
    return weights.map((weight) => this.multiply(weight, share));
  }

  logsoftmin(energies: readonly Scalar[]): readonly Scalar[] {
    const all = this.logsumexp(energies.map((d) => this.negate(d)));
    return energies.map((d) => this.negate(this.add(d, all)));
  }

  /** −Σ v log v; a v that is nothing and stays so adds nothing. */
  entropy(of: readonly Scalar[]): Scalar {
    const nothing = (v: Scalar): boolean => (isNumber(v) ? v === 0 : v.every((part) => part === 0));
    return this.negate(this.total(of.map((v) => (nothing(v) ? 0 : this.multiply(v, this.apply(CURVES.log, v))))));
  }
}

const mapped = (f: (x: Scalar) => Scalar, value: Value): Value => (isVector(value) ? value.map((x) => f(x)) : f(value));
const paired = (f: (a: Scalar, b: Scalar) => Scalar, a: Value, b: Value): Value => {
  if (isVector(a)) return a.map((x, h) => f(x, isVector(b) ? b[h] : b));
  return isVector(b) ? b.map((y) => f(a, y)) : f(a, b);
};

/** What one step makes of what the steps before it gave. */
const taken = (step: Step, of: readonly Value[], a: Arithmetic, energies: readonly Scalar[]): Value => {
  const [first, second] = of;
  const vector = first as readonly Scalar[];
  switch (step.does) {
    case "number":
      return step.value as number;
    case "energies":
      return energies;
    case "count":
      return energies.length;
    case "negate":
      return mapped((x) => a.negate(x), first);
    case "part":
      return vector[placeOf(step.index as NonNullable<Step["index"]>, energies.length)];
    case "+":
      return paired((x, y) => a.add(x, y), first, second);
    case "-":
      return paired((x, y) => a.subtract(x, y), first, second);
    case "*":
      return paired((x, y) => a.multiply(x, y), first, second);
    case "/":
      return paired((x, y) => a.divide(x, y), first, second);
    case "^":
      return paired((x, y) => a.power(x, y), first, second);
    case "sum":
      return a.total(vector);
    case "mean":
      return a.multiply(a.total(vector), 1 / vector.length);
    case "logsumexp":
      return a.logsumexp(vector);
    case "entropy":
      return a.entropy(vector);
    case "softmin":
      return a.softmin(vector);
    case "logsoftmin":
      return a.logsoftmin(vector);
    case "relu":
      return mapped((x) => a.relu(x), first);
    case "abs":
      return mapped((x) => a.pick([x, a.negate(x)], 1), first);
    case "max":
    case "min": {
      const sign = step.does === "max" ? 1 : -1;
      if (of.length === 1) return a.pick(vector, sign);
      if (!step.vector) return a.pick(of as readonly Scalar[], sign);
      return energies.map((_, h) =>
        a.pick(
          of.map((value) => (isVector(value) ? value[h] : value)),
          sign,
        ),
      );
    }
    default:
      return mapped((x) => a.apply(CURVES[step.does as keyof typeof CURVES], x), first);
  }
};

const evaluated = ({ steps }: Formula, a: Arithmetic, energies: readonly Scalar[]): Scalar => {
  const values: Value[] = [];
  for (const step of steps)
    values.push(
      taken(
        step,
        step.of.map(({ id }) => values[id]),
        a,
        energies,
      ),
    );
  return values[values.length - 1] as Scalar;
};

/** An objective: what a formula gives, made as large as can be; or as small, where it is a loss. */
export interface Objective {
  readonly formula: Formula;
  readonly sign: 1 | -1;
}

/** An objective at one input. */
export interface Look {
  readonly energies: Vector;
  readonly value: number;
  /** c_h = −∂J/∂d_h. */
  readonly credit: Vector;
  /** ∂c_h/∂d_k; all zero where only the credit was asked for. */
  readonly coupling: Matrix;
  /** Whether all of these are finite. */
  readonly finite: boolean;
  /** Whether two branches meet here, so that the credit is one of several. */
  readonly kink: boolean;
  /** How far rounding may have moved any credit, and any coupling. */
  readonly creditError: number;
  readonly couplingError: number;
  /** The largest credit, without its sign. */
  readonly largest: number;
}

/** What one random rounding shows is so often what rounding may do. */
const SAFETY = 16;
const arithmetics = new Map<string, Arithmetic>();
const arithmetic = (count: number, order: 1 | 2): Arithmetic => {
  const name = `${count} ${order}`;
  const made = arithmetics.get(name) ?? new Arithmetic(count, order);
  arithmetics.set(name, made);
  return made;
};

/** Look at an objective at some energies: to its coupling, or with `order` 1 to its credit. */
export const look = ({ formula, sign }: Objective, energies: Vector, order: 1 | 2 = 2): Look => {
  const count = energies.length;
  const a = arithmetic(count, order);
  const variables = energies.map((d, h) => a.variable(d, h));
  const run = (rough: boolean): Jet => {
    a.rough = rough;
    const jet = a.jet(evaluated(formula, a, variables));
    a.rough = false;
    return jet;
  };
  a.kinked = false;
  const jet = run(false);
  const kink = a.kinked;
  const finite = jet.every(Number.isFinite);
  const moved = finite ? run(true).map((v, k) => SAFETY * Math.abs(v - jet[k])) : jet.map(() => Number.NaN);
  // Zero is added for a zero without a sign.
  const credit = each(count, (h) => -sign * jet[1 + h] + 0);
  return {
    energies,
    value: sign * jet[0],
    credit,
    coupling: matrix(count, (h, k) => (order === 2 ? -sign * jet[a.place(h, k)] + 0 : 0)),
    finite,
    kink,
    creditError: Math.max(...moved.slice(1, 1 + count)),
    couplingError: Math.max(0, ...moved.slice(1 + count)),
    largest: Math.max(...credit.map(Math.abs)),
  };
};

/** Its value alone, by no derivative: numbers go the way that jets go. */
export const valueAt = ({ formula, sign }: Objective, energies: Vector): number =>
  sign * plain(evaluated(formula, arithmetic(energies.length, 1), energies));
