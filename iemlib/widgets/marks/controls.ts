import type { State } from "../core/schema";
import type { Hands, Rule } from "../core/widget";
import { LETTERS, two } from "./format";
import { h, type Child } from "./h";

/** The number a range input holds. */
const held = (event: Event): number => Number((event.currentTarget as HTMLInputElement).value);

export interface Range extends Rule {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly text?: string | undefined;
  readonly locked?: boolean;
  readonly moved: (value: number) => void;
}

const input = (r: Range, look = "", style?: Record<string, string>): Child =>
  h(`input${look}`, {
    type: "range",
    name: r.name,
    min: r.low,
    max: r.high,
    step: r.step,
    value: r.value,
    disabled: r.locked ?? false,
    "aria-label": r.label,
    "aria-valuetext": r.text ?? two(r.value),
    onInput: (event: Event) => r.moved(held(event)),
    style,
  });

/** A native slider without a drawing of its own: the picture is its handle. */
export const ghost = (r: Range, style?: Record<string, string>): Child => input(r, ".i-ghost", style);

/** A native slider with its name and its value. */
export const slider = (r: Range): Child =>
  h("label.i-slider", null, h("b", null, r.label), input(r), h("span.i-now-at", { "aria-hidden": "true" }, r.text ?? two(r.value)));

const trait = <S extends State>(name: string, value: unknown): Partial<S> => ({ [name]: value }) as Partial<S>;

/** The slider of the trait that it is named after; `control` locks it, and where a teacher's link hides that, it does not move. */
export const range = <S extends State>(hands: Hands<S>, state: S, name: string, label: string, text?: string, control = name): Range => ({
  ...hands.rule(name),
  name, label, text,
  value: state[name] as number,
  locked: hands.locked(control) || !hands.shows(control),
  moved: (v) => hands.set(trait<S>(name, v), name, true),
});

/** The same, drawn with its name and value, and not at all where it is hidden. */
export const dial = <S extends State>(hands: Hands<S>, state: S, name: string, label: string, text?: string, more?: Partial<Range>): Child =>
  hands.shows(name) && slider({ ...range(hands, state, name, label, text), ...more });

/** What a slider of hypothesis k moves, one of the numbers of a trait; `control` locks and hides all of them. */
export const each = <S extends State>(hands: Hands<S>, state: S, numbers: string, what: string, k: number, control = numbers): Range => {
  const values = state[numbers] as readonly number[];
  const name = `${what.toLowerCase()}-${k}`;
  return {
    ...hands.rule(numbers),
    name,
    label: `${what} of ${LETTERS[k]}`,
    value: values[k],
    locked: hands.locked(control) || !hands.shows(control),
    moved: (value) => hands.set(trait<S>(numbers, values.map((v, j) => (j === k ? value : v))), name, true),
  };
};

export interface Choices<T extends string> {
  readonly name: string;
  readonly legend: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: Child; readonly picture?: Child }[];
  readonly locked?: boolean;
  readonly chosen: (value: T) => void;
}

/** Native radio buttons; a picture above each shows what it would make of the reader's own state. */
export const choices = <T extends string>(c: Choices<T>, id: string): Child =>
  h(
    "fieldset.i-choices",
    { disabled: c.locked ?? false },
    h("legend", null, c.legend),
    h(
      "div.i-options",
      null,
      c.options.map((o) =>
        h(
          "label.i-option",
          null,
          o.picture && h("span", { id: `${id}-${c.name}-${o.value}`, "aria-hidden": "true" }, o.picture),
          h(
            "span.i-choice",
            null,
            h("input", {
              type: "radio",
              name: `${id}-${c.name}`,
              value: o.value,
              checked: o.value === c.value,
              "aria-describedby": o.picture ? `${id}-${c.name}-${o.value}` : undefined,
              onChange: () => c.chosen(o.value),
            }),
            h("span", null, o.label),
          ),
        ),
      ),
    ),
  );

/** The radio buttons of the trait that they are named after, unless a teacher's link hides them. */
export const pick = <S extends State, T extends string>(hands: Hands<S>, state: S, name: string, legend: string, options: Choices<T>["options"]): Child =>
  hands.shows(name) &&
  choices<T>({ name, legend, options, value: state[name] as T, locked: hands.locked(name), chosen: (value) => hands.set(trait<S>(name, value), name) }, hands.id);
