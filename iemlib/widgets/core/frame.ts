import type { Act, Definition, Hands, Reading, Rule, Table } from "./widget";
import { schemaOf, type State } from "./schema";
import { two } from "../marks/format";
import { h, type Child } from "../marks/h";
import { meters } from "../marks/meters";

interface Question {
  readonly question: string;
  readonly choices: readonly string[];
  readonly locks: string;
}

/** What the frame needs beside the state; none of it is part of the picture. */
export interface Surroundings {
  readonly id: string;
  readonly projector: boolean;
  readonly notice: string;
  /** Whether the page has an address to copy. */
  readonly addressed: boolean;
  readonly set: (change: State, act: string, moved?: boolean) => void;
  readonly reset: () => void;
  readonly copy: () => void;
  readonly project: () => void;
}

export const questionOf = (state: State): Question | null => {
  const q = state["predict"] as Partial<Question>;
  return q.question === undefined ? null : (q as Question);
};
const guessOf = (state: State): number => state["guess"] as number;

const asked = (state: State, around: Surroundings): Child => {
  const q = questionOf(state);
  if (!q) return null;
  const guess = guessOf(state);
  return h(
    "fieldset.i-predict",
    null,
    h("legend", null, h("b", null, guess < 0 ? "First guess. " : "Your guess. "), q.question),
    q.choices.map((choice, i) =>
      h(
        "label.i-choice",
        { class: guess === i ? "i-mine" : "" },
        h("input", {
          type: "radio",
          name: `${around.id}-guess`,
          checked: guess === i,
          onChange: () => around.set({ guess: i }, "guess"),
        }),
        h("span", null, choice),
      ),
    ),
  );
};

/** Every number drawn, for those who want to read them off. */
const table = ({ head, rows, note }: Table): Child =>
  h(
    "details.i-numbers",
    null,
    h("summary", null, "All numbers"),
    h(
      "div.i-scroll",
      { tabIndex: 0, role: "region", "aria-label": "All numbers" },
      h(
      "table",
      null,
      h("thead", null, h("tr", null, head.map((t) => h("th", { scope: "col" }, t)))),
      h(
        "tbody",
        null,
        rows.map(([name, ...values]) => h("tr", null, h("th", { scope: "row" }, name), values.map((v) => h("td", null, exactly(v))))),
      ),
      ),
    ),
    note && h("p", null, `${note[0]} = ${exactly(note[1])}.`),
  );
const DIGITS = 6;
const exactly = (v: number): string => (Number.isFinite(v) ? v.toFixed(DIGITS).replace("-", "−") : two(v));

/** The sentence that the reader just made: from the numbers, with the guess beside it. */
export const sentence = (definition: Definition, state: State, reading: Reading, act: Act<State> | null): Child => {
  const q = questionOf(state);
  const guess = guessOf(state);
  if (q && act?.control === "guess")
    return ["You guessed “", h("b", null, q.choices[guess] ?? ""), "”. Now try it, and see."];
  return [
    definition.sentence(state, reading, act),
    q && guess >= 0 ? h("span.i-guessed", null, ` You had guessed “${q.choices[guess] ?? ""}”.`) : null,
  ];
};

/** Height that a question takes, in units: two lines, and a line for each choice. */
const asks = ({ choices }: Question): number => 90 + 30 * choices.length;

/** A whole widget: title, actions, question, picture, sentence, meters, numbers. */
export const frame = (definition: Definition, state: State, reading: Reading, said: Child, around: Surroundings): Child => {
  const hidden = state["hide"] as readonly string[];
  const q = questionOf(state);
  const status = h("p.i-say", { role: "status" }, said);
  const hands: Hands<State> = {
    id: around.id,
    waiting: q !== null && guessOf(state) < 0,
    said: status,
    set: around.set,
    rule: (name) => schemaOf(definition.tag)[name] as unknown as Rule,
    shows: (control) => !hidden.includes(control),
    locked: (control) => q !== null && q.locks === control && guessOf(state) < 0,
  };
  const titleId = `${around.id}-title`;
  return h(
    "section",
    { class: around.projector ? "iem i-projector" : "iem", "aria-labelledby": titleId, style: { "--tall": String(definition.tall(state) + (q ? asks(q) : 0)) } },
    h(
      "div.i-inner",
      null,
      h(
        "div.i-head",
        null,
        h("p.i-title", { id: titleId }, typeof definition.title === "string" ? definition.title : definition.title(state)),
        h(
          "span.i-acts",
          null,
          hands.shows("reset") && h("button", { type: "button", "data-act": "reset", onClick: around.reset }, "Reset"),
          around.addressed && hands.shows("copy") && h("button", { type: "button", "data-act": "copy", onClick: around.copy }, "Copy link"),
          hands.shows("projector") && h(
            "button",
            { type: "button", "data-act": "projector", "aria-pressed": String(around.projector), onClick: around.project },
            around.projector ? "Leave projector" : "Projector",
          ),
        ),
      ),
      h("p.i-lede", null, definition.lede),
      h("p.i-notice", { role: "alert", hidden: around.notice === "" }, around.notice),
      asked(state, around),
      definition.picture(state, reading, hands),
      definition.placesSentence ? null : status,
      definition.metersOf && h("p.i-caption.i-whose", null, definition.metersOf(state)),
      reading.measurement && meters(reading.measurement),
      table(reading.numbers),
    ),
  );
};
