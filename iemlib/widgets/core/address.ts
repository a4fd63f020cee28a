/** The address is the state: `#id={…}&other={…}`, percent-encoded JSON of what differs from the default. */
import { differing, type Schema, type State } from "./schema";

/** What the address says of widget `id`: text to be parsed, or null when it says nothing. */
export const said = (hash: string, id: string): string | null => {
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at) === id) return part.slice(at + 1);
  }
  return null;
};

/** One widget's part of an address; `also` is written though it be the default. */
export const fragment = (id: string, schema: Schema, state: State, also?: string): string =>
  `${id}=${encodeURIComponent(JSON.stringify(differing(schema, state, also)))}`;

/** The address with one widget's part put in place; a page anchor gives way to it. */
export const joined = (hash: string, id: string, part: string): string => {
  const others = hash
    .replace(/^#/, "")
    .split("&")
    .filter((p) => p.includes("=") && p.slice(0, p.indexOf("=")) !== id);
  return `#${[...others, part].join("&")}`;
};

/** The state that an encoded part holds; broken text is an Error, never thrown. */
export const decoded = (text: string): unknown => {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return new Error("The link is damaged: what follows the = is not percent-encoded JSON.");
  }
};

/** What the page's own address says of one widget; of a widget in a live notebook (`silent`) it says nothing. */
export class Address {
  readonly #of: Element;
  readonly silent: boolean;

  constructor(of: Element, silent: boolean) {
    this.#of = of;
    this.silent = silent;
  }

  /** What it says, to be decoded; null where it says nothing. */
  get text(): string | null {
    return this.silent ? null : said(location.hash, this.#of.id);
  }

  /** Whether it asks for this widget on the whole screen, as a teacher's link does. */
  get projects(): boolean {
    return !this.silent && said(location.hash, "projector") === this.#of.id;
  }

  get speaks(): boolean {
    return this.text !== null || this.projects;
  }

  /** Put this widget's part in place, without a new entry in the history, where the page's address is its own. */
  write(part: string): void {
    try {
      if (!this.silent) history.replaceState(history.state, "", joined(location.hash, this.#of.id, part));
    } catch {
      // A frame written by its host has no address, and a browser may refuse to rewrite one too often.
    }
  }

  /** The whole address of that part alone. */
  of(part: string): string {
    return `${location.href.split("#")[0]}#${part}`;
  }
}
