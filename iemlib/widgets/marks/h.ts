/** The one place that names the template library. */
import { h as create, type ComponentChild, type VNode } from "preact";

export type Child = ComponentChild;
export type Attributes = Record<string, unknown>;

/** An element: `h("p.i-say", {role: "status"}, "…")`; classes may follow the tag. */
export const h = (tag: string, attributes: Attributes | null = null, ...children: Child[]): VNode => {
  const [name, ...classes] = tag.split(".");
  const extra = attributes?.["class"];
  const all = [...classes, ...(typeof extra === "string" && extra ? [extra] : [])].join(" ");
  return create(name, all ? { ...attributes, class: all } : attributes, ...children);
};
