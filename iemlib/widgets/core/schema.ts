/** The rules of every widget's state, read from the same data that Python validates with. */
import schemas from "./schema.json";

export type State = Readonly<Record<string, unknown>>;
type Rule = Readonly<Record<string, unknown>> & { readonly type: string; readonly default: unknown };
export type Schema = Readonly<Record<string, Rule>>;

export const schemaOf = (tag: string): Schema => (schemas as unknown as Record<string, Schema>)[tag];

export const defaults = (schema: Schema): State =>
  Object.fromEntries(Object.entries(schema).map(([name, rule]) => [name, rule.default]));

const isNumber = (v: unknown, rule: Rule): boolean =>
  typeof v === "number" && Number.isFinite(v) && v >= (rule["low"] as number) && v <= (rule["high"] as number);
const isText = (v: unknown): v is string => typeof v === "string";
const isQuestion = (v: unknown): boolean => {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  const q = v as Record<string, unknown>;
  const keys = Object.keys(q);
  if (keys.length === 0) return true;
  const choices = q["choices"];
  return (
    keys.length === 3 && isText(q["question"]) && isText(q["locks"]) &&
    Array.isArray(choices) && choices.length >= 2 && choices.length <= 6 && choices.every(isText)
  );
};

const RULES: Readonly<Record<string, { readonly accepts: (v: unknown, rule: Rule) => boolean; readonly wants: (rule: Rule) => string }>> = {
  number: { accepts: isNumber, wants: (r) => `a number from ${r["low"]} to ${r["high"]}` },
  numbers: {
    accepts: (v, r) =>
      Array.isArray(v) && v.length >= 1 && v.length <= (r["most"] as number) && v.every((x) => isNumber(x, r)),
    wants: (r) => `1 to ${r["most"]} numbers from ${r["low"]} to ${r["high"]}`,
  },
  choice: {
    accepts: (v, r) => (r["options"] as unknown[]).includes(v),
    wants: (r) => `one of ${(r["options"] as string[]).join(", ")}`,
  },
  subset: {
    accepts: (v, r) => Array.isArray(v) && v.every((x) => (r["options"] as unknown[]).includes(x)),
    wants: (r) => `some of ${(r["options"] as string[]).join(", ")}`,
  },
  question: { accepts: isQuestion, wants: () => "empty, or a question, its choices and the control it locks" },
  guess: {
    accepts: (v) => Number.isInteger(v) && (v as number) >= -1 && (v as number) <= 5,
    wants: () => "a whole number from −1 to 5",
  },
};

const LONGEST = 60;
const brief = (v: unknown): string => {
  const text = JSON.stringify(v) ?? String(v);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

/** A whole state out of a part of one, or the reason why not. */
export const complete = (schema: Schema, given: unknown): State | Error => {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return new Error(`A state is an object of traits; got ${brief(given)}.`);
  const state: Record<string, unknown> = { ...defaults(schema) };
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (!rule) return new Error(`There is no “${name}” here; the state is ${Object.keys(schema).join(", ")}.`);
    if (!RULES[rule.type].accepts(value, rule))
      return new Error(`${name} must be ${RULES[rule.type].wants(rule)}; got ${brief(value)}.`);
    state[name] =
      rule.type === "subset" ? (rule["options"] as string[]).filter((o) => (value as string[]).includes(o)) : value;
  }
  const choices = (state["predict"] as { choices?: readonly string[] } | undefined)?.choices ?? [];
  if ((state["guess"] as number) >= choices.length)
    return new Error(`guess must be −1 or one of the question's ${choices.length} choices; got ${brief(state["guess"])}.`);
  return state;
};

/** The traits that differ from their default, and the one named `also`, in the schema's order: what an address carries. */
export const differing = (schema: Schema, state: State, also?: string): State =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([name, rule]) =>
      name !== also && JSON.stringify(state[name]) === JSON.stringify(rule.default) ? [] : [[name, state[name]]],
    ),
  );
