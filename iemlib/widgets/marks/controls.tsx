/** Native inputs: a slider, a slider whose handle is in the picture, radio buttons; each tied to its trait. */
import type { Span, TraitsOf } from "../core/schema";
import type { Act, Child, Control, Hands } from "../core/widget";
import { LETTERS, two } from "./format";

export interface Range extends Span {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  /** The value in words, where it is more than a number. */
  readonly text?: string | undefined;
  readonly locked?: boolean;
  readonly moved: (value: number) => void;
}
type Style = Readonly<Record<string, string>>;

const rangeInput = (r: Range, look?: string, style?: Style): Child => (
  <input
    class={look}
    type="range"
    name={r.name}
    min={r.low}
    max={r.high}
    step={r.step}
    value={r.value}
    disabled={r.locked ?? false}
    aria-label={r.label}
    aria-valuetext={r.text ?? two(r.value)}
    onInput={(event) => r.moved(Number(event.currentTarget.value))}
    style={style}
  />
);

/** A native slider without a drawing of its own: the picture is its handle. */
export const ghost = (r: Range, style?: Style): Child => rangeInput(r, "i-ghost", style);

/** A native slider with its name and its value. */
export const slider = (r: Range): Child => (
  <label class="i-slider">
    <b>{r.label}</b>
    {rangeInput(r)}
    <span class="i-now-at" aria-hidden="true">
      {r.text ?? two(r.value)}
    </span>
  </label>
);

export interface Button {
  readonly name?: string;
  readonly label: string;
  readonly locked: boolean;
  /** Whether it would move nothing. */
  readonly idle: boolean;
  readonly pressed: () => void;
}

/** A button that moves a trait. Where it would move nothing it says so, and who has just pressed it keeps their place. */
export const press = (b: Button): Child => (
  <button
    type="button"
    name={b.name}
    disabled={b.locked}
    aria-disabled={b.idle}
    onClick={b.idle ? undefined : b.pressed}
  >
    {b.label}
  </button>
);

const change = <S,>(trait: keyof S & string, value: unknown): Partial<S> => ({ [trait]: value }) as Partial<S>;
/** A control waits for the reader's guess; where a teacher's link hides it, its handle stays and does not move. */
const fixed = <S,>(hands: Hands<S>, control: Control<S>): boolean => hands.locked(control) || !hands.shows(control);

/** The slider of a trait; `control` is what locks and hides it. */
export const range = <S,>(
  hands: Hands<S>,
  state: S,
  trait: TraitsOf<S, number>,
  label: string,
  text?: string,
  control = trait as unknown as Control<S>,
): Range => ({
  ...hands.span(trait),
  name: trait,
  label,
  text,
  value: state[trait] as number,
  locked: fixed(hands, control),
  moved: (value) => hands.set(change<S>(trait, value), trait, true),
});

/** The same, drawn with its name and value, and not at all where it is hidden. */
export const dial = <S,>(
  hands: Hands<S>,
  state: S,
  trait: TraitsOf<S, number> & Control<S>,
  label: string,
  text?: string,
  more?: Partial<Range>,
): Child => hands.shows(trait) && slider({ ...range(hands, state, trait, label, text), ...more });

/** A step back, a step on from the one that is seen, and the dial of all. */
export const stepper = <S,>(
  hands: Hands<S>,
  state: S,
  trait: TraitsOf<S, number> & Control<S>,
  at: number,
  [back, on]: readonly [string, string],
  text: string,
): Child => {
  if (!hands.shows(trait)) return false;
  const { low, high } = hands.span(trait);
  const go = (label: string, to: number): Child =>
    press({
      label,
      locked: hands.locked(trait),
      idle: to < low || to > high,
      pressed: () => hands.set(change<S>(trait, to), trait),
    });
  return (
    <div class="i-stepper">
      {go(back, at - 1)}
      {go(on, at + 1)}
      {dial(hands, state, trait, "Step", text)}
    </div>
  );
};

/** How the control of hypothesis k is named, and so what an act on it is. */
export const nameOf = (what: string, k: number): string => `${what.toLowerCase()}-${k}`;
/** Whose control of this kind the reader moved; −1 where they moved something else. */
export const movedBy = <S,>(act: Act<S> | null, what: string): number =>
  LETTERS.findIndex((_, k) => act?.control === nameOf(what, k));

/** What a slider of hypothesis k moves, one of the numbers of a trait; `control` locks and hides all of them. */
export const each = <S,>(
  hands: Hands<S>,
  state: S,
  trait: TraitsOf<S, readonly number[]>,
  what: string,
  k: number,
  control = trait as unknown as Control<S>,
): Range => {
  const values = state[trait] as readonly number[];
  const name = nameOf(what, k);
  const withValue = (value: number): readonly number[] => values.map((v, j) => (j === k ? value : v));
  return {
    ...hands.span(trait),
    name,
    label: `${what} of ${LETTERS[k]}`,
    value: values[k],
    locked: fixed(hands, control),
    moved: (value) => hands.set(change<S>(trait, withValue(value)), name, true),
  };
};

export interface Option<T extends string> {
  readonly value: T;
  readonly label: Child;
  /** What it would make of the reader's own state. */
  readonly picture?: Child;
}

/** The native radio buttons of a trait, by its own words or each under its picture, unless a teacher's link hides them. */
export const pick = <S, K extends TraitsOf<S, string> & Control<S>>(
  hands: Hands<S>,
  state: S,
  trait: K,
  legend: string,
  options: readonly Option<S[K] & string>[] = hands.options(trait).map((value) => ({ value, label: value })),
): Child => {
  if (!hands.shows(trait)) return false;
  const described = (value: string): string => `${hands.id}-${trait}-${value}`;
  return (
    <fieldset class="i-choices" disabled={hands.locked(trait)}>
      <legend>{legend}</legend>
      <div class="i-options">
        {options.map(({ value, label, picture }) => (
          <label class="i-option">
            {picture && (
              <span id={described(value)} aria-hidden="true">
                {picture}
              </span>
            )}
            <span class="i-choice">
              <input
                type="radio"
                name={`${hands.id}-${trait}`}
                value={value}
                checked={value === state[trait]}
                aria-describedby={picture ? described(value) : undefined}
                onChange={() => hands.set(change<S>(trait, value), trait)}
              />
              <span>{label}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
};
