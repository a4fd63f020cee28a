/** The frame of every widget: title, actions, the chapter's question, the picture, its sentence, the meters, all numbers. */
import type { VNode } from "preact";
import { two } from "../marks/format";
import { meters } from "../marks/meters";
import type { ChoiceRule, NumberRule, Question, State } from "./schema";
import type { Act, Child, Definition, Hands, Reading, Table } from "./widget";

/** What the frame needs beside the state; none of it is part of the picture. */
export interface Surroundings {
  readonly id: string;
  readonly projector: boolean;
  readonly notice: string;
  /** Whether the page has an address to copy. */
  readonly addressed: boolean;
  readonly set: (change: Partial<State>, act: string, held?: boolean) => void;
  readonly reset: () => void;
  readonly copy: () => void;
  readonly embed: () => void;
  readonly project: () => void;
  /** The dialog that the projector is, when it is drawn. */
  readonly stage: (dialog: HTMLDialogElement | null) => void;
}

export const questionOf = ({ predict }: State): Question | null =>
  "question" in predict ? (predict as Question) : null;

/** The chapter's question, and what the reader guessed. */
const asked = (state: State, around: Surroundings): Child => {
  const q = questionOf(state);
  if (!q) return null;
  const { guess } = state;
  return (
    <fieldset class="i-predict">
      <legend>
        <b>{guess < 0 ? "First guess: it unlocks the controls. " : "Your guess. "}</b>
        <span translate>{q.question}</span>
      </legend>
      {q.choices.map((choice, i) => (
        <label class={guess === i ? "i-choice i-guess" : "i-choice"}>
          <input
            type="radio"
            name={`${around.id}-guess`}
            checked={guess === i}
            onChange={() => around.set({ guess: i }, "guess")}
          />
          <span translate>{choice}</span>
        </label>
      ))}
    </fieldset>
  );
};

/** Every number drawn, for those who want to read them off. */
const table = ({ head, rows, note }: Table): Child => (
  <details class="i-numbers">
    <summary>All numbers</summary>
    <div class="i-scroll" tabIndex={0} role="region" aria-label="All numbers">
      <table>
        <thead>
          <tr>
            {head.map((t) => (
              <th scope="col">{t}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values]) => (
            <tr>
              <th scope="row">{name}</th>
              {values.map((v) => (
                <td>{exactly(v)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    {note && <p>{`${note[0]} = ${exactly(note[1])}.`}</p>}
  </details>
);
const DIGITS = 6;
const exactly = (v: number): string => (Number.isFinite(v) ? v.toFixed(DIGITS).replace("-", "−") : two(v));

/** The sentence that the reader just made: from the numbers, with the guess beside it. */
export const sentence = (definition: Definition, state: State, reading: Reading, act: Act<State> | null): Child => {
  const q = questionOf(state);
  const { guess } = state;
  if (q && act?.control === "guess")
    return ["You guessed “", <b>{q.choices[guess] ?? ""}</b>, "”. Now try it, and see."];
  return [
    definition.sentence(state, reading, act),
    q && guess >= 0 ? <span class="i-guessed">{` You had guessed “${q.choices[guess] ?? ""}”.`}</span> : null,
  ];
};

/** Height that a question takes, in units: two lines, and a line for each choice. */
const heightOf = ({ choices }: Question): number => 90 + 30 * choices.length;

/** A whole widget: title, actions, question, picture, sentence, meters, numbers. */
export const frame = (
  definition: Definition,
  state: State,
  reading: Reading,
  said: Child,
  around: Surroundings,
): VNode => {
  const q = questionOf(state);
  const waiting = q !== null && state.guess < 0;
  const status = (
    // What did not change is not said again: the reader's guess, above all.
    <p class="i-say" role="status" aria-atomic={false}>
      {said}
    </p>
  );
  const hands: Hands<State> = {
    id: around.id,
    waiting,
    said: status,
    set: around.set,
    span: (trait) => definition.schema[trait] as NumberRule,
    options: (trait) => (definition.schema[trait] as ChoiceRule).options as readonly never[],
    shows: (control) => !state.hide.includes(control),
    locked: (control) => waiting && q.locks === control,
  };
  const titleId = `${around.id}-title`;
  const inner = (
    <div class="i-inner">
      <div class="i-head">
        <p class="i-title" id={titleId} role="heading" aria-level={2}>
          {typeof definition.title === "string" ? definition.title : definition.title(state)}
        </p>
        <span class="i-acts">
          {hands.shows("reset") && (
            <button type="button" data-act="reset" onClick={around.reset}>
              Reset
            </button>
          )}
          {around.addressed && hands.shows("copy") && (
            <button type="button" data-act="copy" onClick={around.copy}>
              Copy link
            </button>
          )}
          {around.addressed && hands.shows("copy") && (
            <button type="button" data-act="embed" onClick={around.embed}>
              Embed
            </button>
          )}
          {hands.shows("projector") && (
            <button type="button" data-act="projector" onClick={around.project}>
              {around.projector ? "Leave projector" : "Projector"}
            </button>
          )}
        </span>
      </div>
      <p class="i-lede" translate>
        {definition.lede}
      </p>
      <p class="i-notice" role="alert" hidden={around.notice === ""}>
        {around.notice}
      </p>
      {asked(state, around)}
      {definition.picture(state, reading, hands)}
      {definition.placesSentence ? null : status}
      {definition.metersOf && <p class="i-caption i-whose">{definition.metersOf(state)}</p>}
      {reading.measurement && meters(reading.measurement)}
      {table(reading.numbers)}
    </div>
  );
  if (!around.projector)
    return (
      <section class="iem" aria-labelledby={titleId}>
        {inner}
      </section>
    );
  const leave = (event: Event): void => {
    event.preventDefault();
    around.project();
  };
  return (
    <dialog
      class="iem i-projector"
      aria-labelledby={titleId}
      style={{ "--tall": String(definition.tall(state) + (q ? heightOf(q) : 0)) }}
      ref={around.stage}
      onCancel={leave}
    >
      {inner}
    </dialog>
  );
};
