import { two } from "./format";
import { h, type Child } from "./h";

/** The number a range input holds. */
const held = (event: Event): number => Number((event.currentTarget as HTMLInputElement).value);

export interface Range {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly text?: string;
  readonly locked?: boolean;
  readonly moved: (value: number) => void;
}

/** A native slider without a drawing of its own: the picture is its handle. */
export const ghost = (r: Range, style?: Record<string, string>): Child =>
  h("input.i-ghost", {
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

/** A native slider with its name and its value. */
export const slider = (r: Range): Child =>
  h(
    "label.i-slider",
    null,
    h("b", null, r.label),
    h("input", {
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
    }),
    h("span.i-now-at", { "aria-hidden": "true" }, r.text ?? two(r.value)),
  );

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
