/** The same view as text, for the page before its script: the poster. And what it says and reads, for the tests. */
import { renderToString } from "preact-render-to-string";
import { METERS } from "../math/meters";
import { frame, type Surroundings, sentence } from "./frame";
import { complete, type State } from "./schema";
import type { Definition, Reading } from "./widget";

const nothing = (): void => undefined;

/** A widget in a state that is JSON; an error for one that there is not. */
const drawn = (definitions: readonly Definition[], tag: string, text: string): [Definition, State, Reading] => {
  const definition = definitions.find((d) => d.tag === tag);
  if (!definition)
    throw new Error(`There is no widget <${tag}>; there are ${definitions.map((d) => d.tag).join(", ")}.`);
  const state = complete(definition.schema, JSON.parse(text));
  if (state instanceof Error) throw state;
  return [definition, state, definition.read(state)];
};

export const poster = (definitions: readonly Definition[], tag: string, id: string, text: string): string => {
  const [definition, state, reading] = drawn(definitions, tag, text);
  const around: Surroundings = {
    id,
    projector: false,
    notice: "",
    addressed: true,
    set: nothing,
    reset: nothing,
    copy: nothing,
    embed: nothing,
    project: nothing,
    stage: nothing,
  };
  return renderToString(frame(definition, state, reading, sentence(definition, state, reading, null), around));
};

/** A number as JSON has it; what is none in a word. */
const written = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** What a state's table and meters hold, as JSON: by the table's headings, by the meters' names. */
export const reading = (definitions: readonly Definition[], tag: string, text: string): string => {
  const [, , { measurement, numbers }] = drawn(definitions, tag, text);
  const column = (index: number): readonly (number | string)[] =>
    numbers.rows.map((row) => written(row[index] as number));
  const columns = numbers.head.slice(1).map((name, i) => [name, column(i + 1)] as const);
  const note = numbers.note ? [[numbers.note[0], [written(numbers.note[1])]] as const] : [];
  const meters = METERS.map((name) => [name, measurement ? measurement[name].holds : null] as const);
  return JSON.stringify({
    numbers: Object.fromEntries([...columns, ...note]),
    holds: measurement ? Object.fromEntries(meters) : null,
  });
};
