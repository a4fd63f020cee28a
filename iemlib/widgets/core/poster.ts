/** The same view as text, for the page before its script: the poster. And what it says and reads, for the tests. */
import { renderToString } from "preact-render-to-string";
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
    project: nothing,
  };
  return renderToString(frame(definition, state, reading, sentence(definition, state, reading, null), around));
};
