/** The same view as text, for the page before its script: the poster. */
import { renderToString } from "preact-render-to-string";
import type { VNode } from "preact";
import { complete, schemaOf } from "./schema";
import type { Definition } from "./widget";
import { frame, sentence, type Surroundings } from "./frame";

const nothing = (): void => undefined;

export const poster = (definitions: readonly Definition[], tag: string, id: string, text: string): string => {
  const definition = definitions.find((d) => d.tag === tag);
  if (!definition) throw new Error(`There is no widget <${tag}>; there are ${definitions.map((d) => d.tag).join(", ")}.`);
  const state = complete(schemaOf(tag), JSON.parse(text));
  if (state instanceof Error) throw state;
  const around: Surroundings = {
    id, projector: false, notice: "", addressed: true, set: nothing, reset: nothing, copy: nothing, project: nothing,
  };
  const reading = definition.read(state);
  return renderToString(frame(definition, state, reading, sentence(definition, state, reading, null), around) as VNode);
};
