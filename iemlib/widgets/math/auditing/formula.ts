/**
 * The formula of an objective, read into steps. What is typed is never run: there is a closed list of names, and bounds
 * on length and depth. The parser is Pratt's, and ours: jsep reads −d^2 as (−d)^2, cannot say which name was meant, and
 * weighs more than this whole file.
 */

export const MOST_CHARACTERS = 300;
export const MOST_DEEP = 40;
export const LEAST_HYPOTHESES = 2;
export const MOST_HYPOTHESES = 6;

/** What is wrong with a formula, in words, and which of its characters show it. */
export interface Fault {
  readonly what: string;
  readonly at: number;
  readonly length: number;
}

/**
 * What a function does with its argument: it takes each number by itself, or a vector as one number, or picks one of
 * several, or makes a vector of a vector.
 */
const FUNCTIONS = {
  exp: "each",
  log: "each",
  softplus: "each",
  sigmoid: "each",
  relu: "each",
  tanh: "each",
  abs: "each",
  sqrt: "each",
  sum: "fold",
  mean: "fold",
  logsumexp: "fold",
  entropy: "fold",
  max: "pick",
  min: "pick",
  softmin: "vector",
} as const;
export type Named = keyof typeof FUNCTIONS;
const isNamed = (word: string): word is Named => Object.hasOwn(FUNCTIONS, word);

const BINARY = ["+", "-", "*", "/", "^"] as const;
export type Binary = (typeof BINARY)[number];

/** Which part of a vector: so many from the start, or so many before its end. */
interface Index {
  readonly from: "start" | "end";
  readonly count: number;
}
export const placeOf = ({ from, count }: Index, hypotheses: number): number =>
  from === "start" ? count : hypotheses - count;

/** One step of a formula: what it does with what earlier steps gave. Equal steps are one. */
export interface Step {
  readonly id: number;
  /** "logsoftmin" is written by nobody: it is log(softmin(…)), kept together so that its numbers stay finite. */
  readonly does: "number" | "energies" | "count" | "negate" | "part" | "logsoftmin" | Binary | Named;
  readonly of: readonly Step[];
  /** Whether it gives a number for each hypothesis, or one in all. */
  readonly vector: boolean;
  readonly value?: number;
  readonly index?: Index;
}

export interface Formula {
  readonly text: string;
  /** Every step that is needed, each after those that it takes from; the last gives the objective. */
  readonly steps: readonly Step[];
  /** How many hypotheses there must be, for every index to name one. */
  readonly least: number;
  /** Whether it names hypotheses, as d[y] does: then they need not be alike. */
  readonly names: boolean;
}

// ------------------------------------------------------------------------------------ words

interface Token {
  readonly kind: "number" | "word" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

/** Thrown inside this file alone. */
class Refusal extends Error {
  readonly fault: Fault;
  constructor(what: string, at: number, length = 1) {
    super(what);
    this.fault = { what, at, length };
  }
}

/** A number, a word, a sign, or room between them; each where the last one ended. */
const TOKEN = /((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[+\-*/^()[\],])|\s+/y;

const tokens = (text: string): readonly Token[] => {
  // Signs as books print them; each is as long as the one that it stands for.
  const plain = text.replace(/[−–]/g, "-").replace(/[×·]/g, "*").replace(/÷/g, "/");
  const found: Token[] = [];
  let at = 0;
  while (at < plain.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(plain);
    if (!match) throw new Refusal(`“${String.fromCodePoint(plain.codePointAt(at) ?? 0)}” has no meaning here`, at);
    const [all, number, word, sign] = match;
    if (number && !Number.isFinite(Number(number)))
      throw new Refusal(`The number ${number.slice(0, 24)} is too large`, at, all.length);
    if (number) found.push({ kind: "number", text: number, at });
    else if (word) found.push({ kind: "word", text: word, at });
    else if (sign) found.push({ kind: "sign", text: sign === "**" ? "^" : sign, at });
    at += all.length;
  }
  return [...found, { kind: "end", text: "", at: plain.length }];
};

/** Words that people write elsewhere, and what they are here. */
const MEANT: Readonly<Record<string, string>> = {
  softmax: "softmax(-d) is softmin(d)",
  ln: "write log",
  pow: "write x^p",
  norm: "write sqrt(sum(d^2))",
  lse: "write logsumexp",
  T: "write the number itself",
  tau: "write the number itself",
  k: "write K",
  D: "write d",
  x: "energies are called d",
  i: "an index is a whole number, as in d[0]",
};

/** How many letters must be put in, taken out or changed to make one word of another. */
const editsBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
};
const MOST_EDITS = 2;
const LONGEST_MEANT = 14;
const SHOWN = 24;

/** What may have been meant by a word that is no name. */
const hint = (word: string): string => {
  if (Object.hasOwn(MEANT, word)) return MEANT[word];
  const names = Object.keys(FUNCTIONS);
  const edits = names.map((name) => (word.length > LONGEST_MEANT ? Infinity : editsBetween(word.toLowerCase(), name)));
  const least = Math.min(...edits);
  const nearest = names[edits.indexOf(least)];
  return least <= Math.min(MOST_EDITS, nearest.length - 1)
    ? `did you mean ${nearest}?`
    : `known are d, K, y and ${names.join(", ")}`;
};

// ------------------------------------------------------------------------------------ steps

/** How strongly an operator holds its two sides; a sign before a number holds it more than * and less than ^. */
const HOLDS: Readonly<Record<Binary, number>> = { "+": 10, "-": 10, "*": 20, "/": 20, "^": 30 };
const SIGN_HOLDS = 25;
const isBinary = (text: string): text is Binary => (BINARY as readonly string[]).includes(text);

const named = ({ kind, text }: Token): string => (kind === "end" ? "the end" : `“${text.slice(0, SHOWN)}”`);

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  readonly #steps: Step[] = [];
  readonly #known = new Map<string, Step>();
  least = LEAST_HYPOTHESES;
  names = false;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  /** The whole formula, as its last step. */
  whole(): Step {
    const last = this.#expression(0);
    const rest = this.#next;
    if (rest.kind !== "end") throw new Refusal(`${named(rest)} has no partner`, rest.at);
    return last;
  }

  /** The steps that `last` needs, renumbered in their order. */
  needed(last: Step): readonly Step[] {
    const wanted = new Set([last]);
    for (const step of [...this.#steps].reverse()) if (wanted.has(step)) for (const one of step.of) wanted.add(one);
    const kept = new Map<Step, Step>();
    for (const step of this.#steps)
      if (wanted.has(step)) kept.set(step, { ...step, id: kept.size, of: step.of.map((one) => kept.get(one) as Step) });
    return [...kept.values()];
  }

  get #next(): Token {
    return this.#tokens[this.#at];
  }

  #sees(sign: string): boolean {
    return this.#next.text === sign;
  }

  #take(): Token {
    return this.#tokens[this.#at++];
  }

  #expect(sign: string, why: string): void {
    const found = this.#next;
    if (found.text !== sign)
      throw new Refusal(`Expected “${sign}” ${why}, found ${named(found)}`, found.at, Math.max(1, found.text.length));
    this.#at++;
  }

  /** A step, or the one like it that there is already. */
  #step(step: Omit<Step, "id">): Step {
    const { does, of, value, index } = step;
    const key = [does, value, index?.from, index?.count, ...of.map(({ id }) => id)].join();
    const known = this.#known.get(key);
    if (known) return known;
    const made = { id: this.#steps.length, ...step };
    this.#steps.push(made);
    this.#known.set(key, made);
    return made;
  }

  /** All that holds together more strongly than `least`. */
  #expression(least: number): Step {
    if (++this.#depth > MOST_DEEP) throw new Refusal(`Nested more than ${MOST_DEEP} deep`, this.#next.at);
    let left = this.#first();
    for (;;) {
      const { kind, text, at } = this.#next;
      if (text === "[") {
        left = this.#part(left);
        continue;
      }
      if (kind === "number" || kind === "word" || text === "(")
        throw new Refusal(`Expected an operator before ${named(this.#next)}; a product is written *`, at, text.length);
      if (!isBinary(text) || HOLDS[text] <= least) break;
      this.#at++;
      // A power's right side may hold as strongly as itself: 2^3^2 is 2^9.
      const right = this.#expression(text === "^" ? HOLDS[text] - 1 : HOLDS[text]);
      left = this.#step({ does: text, of: [left, right], vector: left.vector || right.vector });
    }
    this.#depth--;
    return left;
  }

  #first(): Step {
    const token = this.#take();
    const { kind, text, at } = token;
    if (kind === "number") return this.#step({ does: "number", of: [], vector: false, value: Number(text) });
    if (kind === "word") return this.#word(token);
    if (text === "+") return this.#expression(SIGN_HOLDS);
    if (text === "-") {
      const of = this.#expression(SIGN_HOLDS);
      return this.#step({ does: "negate", of: [of], vector: of.vector });
    }
    if (text === "(") {
      const inside = this.#expression(0);
      this.#expect(")", "to close “(”");
      return inside;
    }
    if (kind === "end") throw new Refusal("The formula ends too early", Math.max(0, at - 1));
    throw new Refusal(`${named(token)} cannot stand here`, at);
  }

  #word({ text, at }: Token): Step {
    if (text === "d") {
      if (this.#sees("(")) throw new Refusal("d is the vector of energies; one of them is d[0]", at);
      return this.#step({ does: "energies", of: [], vector: true });
    }
    if (text === "K") return this.#step({ does: "count", of: [], vector: false });
    if (text === "y") throw new Refusal("y is an index (the label): write d[y]", at);
    if (!isNamed(text))
      throw new Refusal(`“${text.slice(0, SHOWN)}” is not a name here: ${hint(text)}`, at, text.length);
    if (!this.#sees("(")) throw new Refusal(`${text} needs its argument in brackets: ${text}(…)`, at, text.length);
    this.#at++;
    if (this.#sees(")")) throw new Refusal(`${text}() has no argument`, at, text.length + 2);
    const given = [this.#expression(0)];
    while (this.#sees(",")) {
      this.#at++;
      given.push(this.#expression(0));
    }
    this.#expect(")", `to close ${text}(`);
    const kind = FUNCTIONS[text];
    if (kind !== "pick" && given.length > 1) throw new Refusal(`${text} takes one argument`, at, text.length);
    if (kind !== "each" && given.length === 1 && !given[0].vector)
      throw new Refusal(`${text} needs a vector such as d; this is one number`, at, text.length);
    return this.#call(text, given);
  }

  #call(name: Named, of: readonly Step[]): Step {
    const [first] = of;
    const inner = first.of[0];
    // Three that are one function in all but rounding, and stay finite as that one.
    if (name === "log" && first.does === "sum" && inner.does === "exp")
      return this.#step({ does: "logsumexp", of: inner.of, vector: false });
    if (name === "log" && first.does === "softmin")
      return this.#step({ does: "logsoftmin", of: first.of, vector: true });
    if (name === "log" && first.does === "part" && inner.does === "softmin") {
      const logs = this.#step({ does: "logsoftmin", of: inner.of, vector: true });
      return this.#step({ ...first, of: [logs] });
    }
    const kind = FUNCTIONS[name];
    const some = of.some(({ vector }) => vector);
    const vector = kind === "vector" || (kind === "each" && some) || (kind === "pick" && of.length > 1 && some);
    return this.#step({ does: name, of, vector });
  }

  /** Of what stands before the bracket, the part that stands in it. */
  #part(of: Step): Step {
    const { at } = this.#take();
    if (!of.vector) throw new Refusal("Only a vector has parts: d[0], softmin(d)[0]", at);
    const index = this.#index();
    this.#expect("]", "after the index");
    this.names = true;
    return this.#step({ does: "part", of: [of], vector: false, index });
  }

  #index(): Index {
    const { kind, text, at } = this.#take();
    if (text === "y") return { from: "start", count: 0 };
    if (kind === "number" && /^\d+$/.test(text)) {
      const count = Number(text);
      if (count >= MOST_HYPOTHESES)
        throw new Refusal(
          `Index ${text.slice(0, SHOWN)}: there are at most ${MOST_HYPOTHESES} hypotheses, counted from 0`,
          at,
          text.length,
        );
      this.least = Math.max(this.least, count + 1);
      return { from: "start", count };
    }
    if (text === "K") {
      this.#expect("-", "in an index (K-1 is the last)");
      const back = this.#take();
      const count = /^\d+$/.test(back.text) ? Number(back.text) : 0;
      if (count < 1) throw new Refusal("K-1 is the last index", back.at, Math.max(1, back.text.length));
      if (count > MOST_HYPOTHESES) throw new Refusal("That index is before the first", back.at, back.text.length);
      this.least = Math.max(this.least, count);
      return { from: "end", count };
    }
    throw new Refusal("An index is a whole number, y, or K-1", at, Math.max(1, text.length));
  }
}

/** A formula out of its text, or what is wrong with it. */
export const read = (text: string): Formula | Fault => {
  try {
    if (!text.trim()) throw new Refusal("Type a formula in the energies d, such as log(sum(exp(-d)))", 0, 0);
    if (text.length > MOST_CHARACTERS)
      throw new Refusal(
        `At most ${MOST_CHARACTERS} characters; this has ${text.length}`,
        MOST_CHARACTERS,
        text.length - MOST_CHARACTERS,
      );
    const reader = new Reader(text);
    const last = reader.whole();
    if (last.vector)
      throw new Refusal("This gives one value for each hypothesis; wrap it in sum(…) or mean(…)", 0, text.length);
    const steps = reader.needed(last);
    if (!steps.some(({ does }) => does === "energies"))
      throw new Refusal("The energies d do not occur", 0, text.length);
    return { text, steps, least: reader.least, names: reader.names };
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.fault;
    throw refusal;
  }
};
export const isFault = (it: object): it is Fault => "what" in it;
