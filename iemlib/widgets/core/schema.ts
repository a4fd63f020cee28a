/**
 * The rules of a widget's state. Each widget's `state.ts` is made from its Python traits, so that Python and the page
 * accept the same states, and a trait that Python lacks does not compile here.
 */

/** A guess that a chapter asks for before the control named `locks` can be moved. */
export type Question = {
  readonly question: string;
  readonly choices: readonly string[];
  readonly locks: string;
};
export type NoQuestion = Readonly<Record<string, never>>;

/** What every widget's state has. */
export type Shared = {
  /** Controls that a teacher's link hides. */
  readonly hide: readonly string[];
  readonly predict: Question | NoQuestion;
  /** Which choice the reader committed to, −1 before they did. */
  readonly guess: number;
};
/** Any state: the frame knows no more of it. */
export type State = Shared & Readonly<Record<string, unknown>>;

export type Span = { readonly low: number; readonly high: number; readonly step: number };
export type NumberRule = Span & { readonly type: "number"; readonly default: number };
export type NumbersRule = Span & {
  readonly type: "numbers";
  /** How many there are at least, where one is too few. */
  readonly least?: number;
  readonly most: number;
  readonly default: readonly number[];
};
export type ChoiceRule = {
  readonly type: "choice";
  readonly options: readonly string[];
  /** Where any other text will do as well: how many characters it may have. */
  readonly most?: number;
  readonly default: string;
};
export type SubsetRule = {
  readonly type: "subset";
  readonly options: readonly string[];
  readonly default: readonly string[];
};
export type QuestionRule = { readonly type: "question"; readonly default: NoQuestion };
export type GuessRule = { readonly type: "guess"; readonly default: number };
export type Rule = NumberRule | NumbersRule | ChoiceRule | SubsetRule | QuestionRule | GuessRule;
export type Schema = Readonly<Record<string, Rule>>;

/** The traits of a state whose values are of one kind. */
export type TraitsOf<S, V> = { [K in keyof S]-?: S[K] extends V ? K : never }[keyof S] & string;

export const defaults = (schema: Schema): State =>
  Object.fromEntries(Object.entries(schema).map(([name, rule]) => [name, rule.default])) as State;

const MOST_CHOICES = 6;
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown, { low, high }: Span): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= low && value <= high;
const isQuestion = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { question, choices, locks, ...more } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(value).length === 0) return true;
  return (
    Object.keys(more).length === 0 &&
    isText(question) &&
    isText(locks) &&
    Array.isArray(choices) &&
    choices.length >= 2 &&
    choices.length <= MOST_CHOICES &&
    choices.every(isText)
  );
};

const accepts = (value: unknown, rule: Rule): boolean => {
  switch (rule.type) {
    case "number":
      return isNumber(value, rule);
    case "numbers":
      return (
        Array.isArray(value) &&
        value.length >= (rule.least ?? 1) &&
        value.length <= rule.most &&
        value.every((item) => isNumber(item, rule))
      );
    case "choice":
      return isText(value) && (rule.most ? value.length <= rule.most : rule.options.includes(value));
    case "subset":
      return Array.isArray(value) && value.every((item) => rule.options.includes(item as string));
    case "question":
      return isQuestion(value);
    case "guess":
      return Number.isInteger(value) && (value as number) >= -1 && (value as number) < MOST_CHOICES;
  }
};
const wants = (rule: Rule): string => {
  switch (rule.type) {
    case "number":
      return `a number from ${rule.low} to ${rule.high}`;
    case "numbers":
      return `${rule.least === rule.most ? rule.most : `${rule.least ?? 1} to ${rule.most}`} numbers from ${rule.low} to ${rule.high}`;
    case "choice":
      return rule.most ? `at most ${rule.most} characters` : `one of ${rule.options.join(", ")}`;
    case "subset":
      return `some of ${rule.options.join(", ")}`;
    case "question":
      return "empty, or a question, its choices and the control it locks";
    case "guess":
      return `a whole number from −1 to ${MOST_CHOICES - 1}`;
  }
};

const LONGEST = 60;
const asText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "what is nested too deeply to be written";
  }
};
/** As much of a text as one line of a message has room for. */
const short = (text: string): string => {
  const line = text.replace(/[\s\p{C}]+/gu, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
const brief = (value: unknown): string => short(asText(value));

/** Whether it may be a state, or the part of one that an address carries. */
export const isPartOfAState = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Error);

/** A whole state out of a part of one, or the reason why not. */
export const complete = (schema: Schema, given: unknown): State | Error => {
  if (!isPartOfAState(given)) return new Error(`A state is an object of traits; got ${brief(given)}.`);
  const state: Record<string, unknown> = { ...defaults(schema) };
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (!rule) return new Error(`There is no “${short(name)}” here; the state is ${Object.keys(schema).join(", ")}.`);
    if (!accepts(value, rule)) return new Error(`${name} must be ${wants(rule)}; got ${brief(value)}.`);
    // Some of a set are kept in its order, each once.
    state[name] = rule.type === "subset" ? rule.options.filter((o) => (value as readonly string[]).includes(o)) : value;
  }
  const whole = state as State;
  const { choices = [] } = whole.predict as Partial<Question>;
  if (whole.guess >= choices.length)
    return new Error(`guess must be −1 or one of the question's ${choices.length} choices; got ${brief(whole.guess)}.`);
  return whole;
};

/** The traits that differ from their default, or from the one that a page has: what an address carries, in the schema's order. */
export const differing = (
  schema: Schema,
  state: State,
  page: Partial<State> = {},
): Readonly<Record<string, unknown>> => {
  const usual = { ...defaults(schema), ...page };
  return Object.fromEntries(
    Object.keys(schema).flatMap((name) =>
      JSON.stringify(state[name]) === JSON.stringify(usual[name]) ? [] : [[name, state[name]]],
    ),
  );
};
