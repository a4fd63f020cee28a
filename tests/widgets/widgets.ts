/** Every widget there is, found as the build finds them: by their folders. */
import type { Schema } from "../../iemlib/widgets/core/schema";
import type { Definition } from "../../iemlib/widgets/core/widget";

const VIEWS = import.meta.glob<{ readonly definition: Definition }>("../../iemlib/widgets/*/view.tsx", { eager: true });
export const WIDGETS: readonly Definition[] = Object.values(VIEWS).map(({ definition }) => definition);
export const TAGS: readonly string[] = WIDGETS.map(({ tag }) => tag);

export const definitionOf = (tag: string): Definition => {
  const found = WIDGETS.find((definition) => definition.tag === tag);
  if (!found) throw new Error(`There is no widget <${tag}>; there are ${TAGS.join(", ")}.`);
  return found;
};
export const schemaOf = (tag: string): Schema => definitionOf(tag).schema;
/** Part of a state, or what is none. */
export type Given = Readonly<Record<string, unknown>>;
