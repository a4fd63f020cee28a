/** The address is the state: `#id={…}&other={…}`, percent-encoded JSON of what differs from the default. */
import { defaults, differing, type Schema, type Shared, type State } from "./schema";

/** Text without one layer of percent-encoding; as it is where it has none that can be read. */
const unwrapped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** How many layers of encoding an address is freed of; nobody adds more by mistake. */
const LAYERS = 5;

/** The parts of an address, though another program encoded it whole, or wrote & as the source of a page does. */
const parts = (hash: string): readonly string[] => {
  let text = hash.replace(/^#/, "");
  for (let i = 0; i < LAYERS && !text.includes("="); i++) text = unwrapped(text);
  return text.split(/&(?:amp;)?(?=[\w-]+=)/);
};

/** What the address says of widget `id`: text to be parsed, or null when it says nothing. */
export const said = (hash: string, id: string): string | null =>
  parts(hash)
    .find((part) => part.startsWith(`${id}=`))
    ?.slice(id.length + 1) ?? null;

/**
 * One widget's part of an address. A page that asks a question itself, in `page`, asks it again where the link is opened:
 * the link names the widget, and with it the question, whose text it need not carry.
 */
export const fragment = (id: string, schema: Schema, state: State, page: Partial<Shared> = {}): string => {
  const { predict, guess } = { ...defaults(schema), ...page };
  return `${id}=${encodeURIComponent(JSON.stringify(differing(schema, state, { predict, guess })))}`;
};

/** What a link says, with what it leaves to the page: that question and that guess. */
export const asked = (said: object, page: Shared, now: Shared): object => {
  if (Object.hasOwn(said, "predict")) return said;
  // A guess is one at the page's own question; without a guess both stay as they are.
  const { predict, guess } = Object.hasOwn(said, "guess") ? page : now;
  return { predict, guess, ...said };
};

/** The address with one widget's part put in place, or taken out; a page anchor gives way to it. */
export const joined = (hash: string, id: string, part = ""): string => {
  const others = parts(hash).filter((p) => p.includes("=") && !p.startsWith(`${id}=`));
  return `#${[...others, ...(part ? [part] : [])].join("&")}`;
};

/** JSON, also with quotes as the source of a page writes them, and with the end of the sentence that the link stood in. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replaceAll("&quot;", '"').replace(/}[^}\w]*$/, "}"));
  }
};

/** The state that a part holds, however often it was encoded on its way; broken text is an Error, never thrown. */
export const decoded = (text: string): unknown => {
  // Where the rest is encoded a plus is a blank, as forms write it: we encode both.
  let inner = /^%(?:25)*7B/i.test(text) ? text.replaceAll("+", "%20") : text;
  for (let i = 0; i <= LAYERS; i++) {
    try {
      return parsed(inner);
    } catch {
      inner = unwrapped(inner);
    }
  }
  return new Error("The link is damaged: it holds no JSON.");
};

/** What the history keeps of the widgets with an address, by their id. */
type Kept = Readonly<Record<string, State | null>>;
const kept = (): Kept | undefined => (history.state as { readonly iem?: Kept } | null)?.iem;

/** The folder of the site, beside which the script lies that runs now; where none does, as in a test, nowhere. */
const STATIC = (globalThis.document?.currentScript as HTMLScriptElement | null | undefined)?.src;

/** The element of a page that has a widget and nothing else: it begins where the address says, which stays as it is. */
export const EMBEDDED = "embedded";

/** How high a frame is before its page has told how high it is; in core/address.py too. */
const HEIGHT = 900;

/** The frame that shows a kind of widget in that state alone, from the same site: as core/address.py writes it. */
export const embedded = (tag: string, schema: Schema, state: State): string => {
  const name = tag.replace("iem-", "");
  const { href } = new URL(`../embed/${name}.html#${fragment(name, schema, state)}`, STATIC);
  return `<iframe src="${href}" title="Implicit EM: ${name.replaceAll("-", " ")}" width="100%" height="${HEIGHT}" style="border:0"></iframe>`;
};

/**
 * What the page's own address says of one widget, and what the reader left there; of a widget in a live notebook
 * (`silent`) neither says anything.
 */
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
    return !this.silent && said(location.hash, "projector")?.match(/^[\w-]*/)?.[0] === this.#of.id;
  }

  get speaks(): boolean {
    return this.text !== null || this.projects;
  }

  /** The state that the reader left here, null for the page's own; undefined where they come for the first time. */
  get left(): State | null | undefined {
    return this.silent ? undefined : kept()?.[this.#of.id];
  }

  /** Keep a state with this address, for whoever reloads it or comes back. */
  keep(state: State | null, hash?: string): void {
    try {
      const iem = { ...kept(), [this.#of.id]: state };
      // Never a new entry: nobody wants to go back through every move.
      if (!this.silent) history.replaceState({ ...(history.state as object | null), iem }, "", hash);
    } catch {
      // A frame written by its host has no address, and a browser may refuse to rewrite one too often.
    }
  }

  /** Put this widget's part in place in the address, where that is the page's own. */
  write(part: string, state: State | null): void {
    this.keep(state, this.#of.hasAttribute(EMBEDDED) ? undefined : joined(location.hash, this.#of.id, part));
  }

  /** The projector was left: the address no longer asks for it. */
  leave(state: State | null): void {
    if (this.projects) this.keep(state, joined(location.hash, "projector"));
  }

  /** The whole address of that part alone. */
  of(part: string): string {
    return `${location.href.split("#")[0]}#${part}`;
  }
}
