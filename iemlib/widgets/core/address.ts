/** The address is the state: `#id={…}&other={…}`, percent-encoded JSON of what differs from the default. */
import { differing, type Schema, type State } from "./schema";

/** Text without one layer of percent-encoding; as it is where it has none that can be read. */
const unwrapped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The parts of an address, though another program encoded it whole, or wrote & as the source of a page does. */
const parts = (hash: string): readonly string[] => {
  const text = hash.replace(/^#/, "");
  const inner = unwrapped(text);
  return text.includes("=") || inner === text ? text.split(/&(?:amp;)?(?=[\w-]+=)/) : parts(inner);
};

/** What the address says of widget `id`: text to be parsed, or null when it says nothing. */
export const said = (hash: string, id: string): string | null =>
  parts(hash)
    .find((part) => part.startsWith(`${id}=`))
    ?.slice(id.length + 1) ?? null;

/** One widget's part of an address; `also` is written though it be the default. */
export const fragment = (id: string, schema: Schema, state: State, also?: string): string =>
  `${id}=${encodeURIComponent(JSON.stringify(differing(schema, state, also)))}`;

/** The address with one widget's part put in place; a page anchor gives way to it. */
export const joined = (hash: string, id: string, part: string): string => {
  const others = parts(hash).filter((p) => p.includes("=") && !p.startsWith(`${id}=`));
  return `#${[...others, part].join("&")}`;
};

/** The state that a part holds, however often it was encoded on its way; broken text is an Error, never thrown. */
export const decoded = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    const inner = unwrapped(text);
    return inner === text ? new Error("The link is damaged: it holds no JSON.") : decoded(inner);
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
