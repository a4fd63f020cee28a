/** The custom element: holds the state, reflects it, and lets the frame draw it. */
import { hydrate, render } from "preact";
import { Address, asked, decoded, EMBEDDED, embedded, fragment } from "./address";
import { copied } from "./clipboard";
import { frame, type Surroundings, sentence } from "./frame";
import { Projector } from "./projector";
import { complete, defaults, isPartOfAState, type Schema, type State } from "./schema";
import { Timers } from "./timers";
import type { Act, Child, Definition } from "./widget";

/** Pause after the last move before the sentence is announced and the address rewritten, in milliseconds. */
const SPEAK = 200;
const WRITE = 400;
/** How long bars take to their new place after a switch; in marks.css as well, for the drawing. */
const SETTLE = 300;
/** How long a notice stays. */
const NOTICE = 2500;
/** Before what could not be copied. */
const BY_HAND = "Copy it by hand: ";
/** How far outside the window an element wakes. */
const NEAR = "300px";

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return new Error("The state is not JSON.");
  }
};

/** The state that was given, or the start and a notice that says why. */
const sane = (schema: Schema, given: unknown): { state: State; notice: string } => {
  const state = given instanceof Error ? given : complete(schema, given);
  return state instanceof Error
    ? { state: defaults(schema), notice: `${state.message} Shown instead: the start.` }
    : { state, notice: "" };
};

/** The widgets that this page can draw, by their element. */
export const definitions = new Map<string, Definition>();

export const define = (definition: Definition): void => {
  const { tag, schema } = definition;
  definitions.set(tag, definition);

  class Widget extends HTMLElement {
    static readonly observedAttributes = ["state"];
    #state: State = defaults(schema);
    #start: State = this.#state;
    #notice = "";
    #act: Act<State> | null = null;
    #spoken: Child = null;
    #alive = false;
    #reflecting = false;
    #touched: { state: State; act: Act<State> | null } | null = null;
    #watch: IntersectionObserver | null = null;
    #page = new Address(this, false);
    readonly #timers = new Timers();
    readonly #projector = new Projector(this, () => {
      if (!this.#projector.on) this.#page.leave(this.#kept);
      this.#render();
    });

    connectedCallback(): void {
      addEventListener("hashchange", this.#follow);
      if (this.#alive) return;
      // A translator takes the place of text that changes under it, and then says what no longer is: only what stays.
      this.translate = false;
      this.#page = new Address(this, this.hasAttribute("live"));
      this.addEventListener("pointerdown", this.#touch);
      this.addEventListener("pointercancel", this.#untouch);
      const { left, speaks } = this.#page;
      if (left || speaks || !this.firstElementChild || !("IntersectionObserver" in window)) {
        this.#wake();
        // Who was here before, and reloads or comes back, is where they were: the browser sees to that.
        if (speaks && left === undefined) this.#meet("start");
        return;
      }
      if (left === undefined) this.#page.keep(null);
      // Nothing is done before the reader is near; a touch or a focus wakes it at once.
      const near = (entries: readonly IntersectionObserverEntry[]): void => {
        if (entries.some((entry) => entry.isIntersecting)) this.#wake();
      };
      this.#watch = new IntersectionObserver(near, { rootMargin: NEAR });
      this.#watch.observe(this);
      this.addEventListener("pointerdown", this.#wake, { once: true, capture: true });
      this.addEventListener("focusin", this.#wake, { once: true });
    }

    disconnectedCallback(): void {
      removeEventListener("hashchange", this.#follow);
      if (this.#projector.on) this.#projector.toggle();
      this.#watch?.disconnect();
    }

    attributeChangedCallback(_name: string, old: string | null, text: string | null): void {
      if (this.#reflecting || !this.#alive || old === text || text === null) return;
      this.#take(parsed(text));
    }

    readonly #wake = (): void => {
      if (this.#alive) return;
      this.#alive = true;
      this.#watch?.disconnect();
      const written = sane(schema, parsed(this.getAttribute("state") ?? "{}"));
      this.#state = this.#start = written.state;
      this.#notice = written.notice;
      this.#spoken = sentence(definition, this.#state, definition.read(this.#state), null);
      const view = this.#view();
      if (this.firstElementChild && this.#notice === "") hydrate(view, this);
      else {
        this.replaceChildren();
        render(view, this);
      }
      this.#reflect();
      this.#enter();
    };

    // A finger that turns out to scroll or to zoom has moved nothing, though it first came down on a slider.
    readonly #touch = (): void => {
      this.#touched = { state: this.#state, act: this.#act };
    };

    readonly #untouch = (): void => {
      const { state, act } = this.#touched ?? { state: this.#state };
      if (state === this.#state) return;
      this.#state = state;
      this.#act = act ?? null;
      this.#draw(false);
      this.#speak();
      this.#timers.later("write", WRITE, this.#write);
    };

    /** Another address of this page: a link was followed, or the reader went back, or forward again. */
    readonly #follow = (): void => {
      const { left, speaks } = this.#page;
      if (this.#alive) this.#enter();
      else if (left || speaks) this.#wake();
      else this.#page.keep(null);
      if (speaks && left === undefined) this.#meet("nearest");
    };

    /** Be as the address says; where the reader was before, as they left it. */
    #enter(): void {
      const { left, text, projects } = this.#page;
      if (text !== null && this.hasAttribute(EMBEDDED)) {
        this.#take(decoded(text));
        this.#start = this.#state;
      }
      const state = left === null ? this.#start : left;
      if (state) {
        if (JSON.stringify(state) !== JSON.stringify(this.#state)) this.#take(state);
      } else if (text !== null) {
        const given = decoded(text);
        this.#take(isPartOfAState(given) ? asked(given, this.#start, this.#state) : given);
      }
      if (projects !== this.#projector.on) this.#projector.toggle();
      this.#page.keep(this.#kept);
    }

    /** What the history keeps of it: its state, or null while that is the page's own. */
    get #kept(): State | null {
      return this.#state === this.#start ? null : this.#state;
    }

    /** Come into sight; in a frame by the frame's own scrolling, since the page around it stays where it is. */
    #meet(block: ScrollLogicalPosition): void {
      if (parent === self) this.scrollIntoView({ block });
      else scrollBy(0, this.getBoundingClientRect().top);
    }

    /** Put a state from outside in place: an address, an attribute, a notebook. */
    #take(given: unknown): void {
      const { state, notice } = sane(schema, given);
      this.#state = state;
      this.#notice = notice;
      this.#act = null;
      this.#draw(false);
      this.#speak();
    }

    readonly #set = (change: Partial<State>, control: string, held = false): void => {
      if (this.#act?.control !== control || !held) this.#act = { control, from: this.#state };
      this.#state = { ...this.#state, ...change };
      this.#notice = "";
      this.#draw(!held);
      this.#timers.later("speak", SPEAK, this.#speak);
      this.#timers.later("write", WRITE, this.#write);
    };

    readonly #reset = (): void => {
      this.#state = this.#start;
      this.#act = null;
      this.#notice = "";
      this.#draw(true);
      this.#speak();
      this.#timers.later("write", WRITE, this.#write);
    };

    /** This state as a part of an address. */
    get #part(): string {
      const { predict, guess } = this.#start;
      return fragment(this.id, schema, this.#state, { predict, guess });
    }

    readonly #write = (): void => this.#page.write(this.#part, this.#kept);

    readonly #copy = async (text: string, what: string): Promise<void> => {
      this.#write();
      const done = await copied(text);
      this.#tell(done ? `${what} copied.` : BY_HAND + text);
      // By hand it takes as long as it takes: until the next move. It is chosen already.
      if (done) this.#timers.later("notice", NOTICE, () => this.#tell(""));
      else {
        const shown = this.querySelector(".i-notice")?.firstChild;
        if (shown) getSelection()?.setBaseAndExtent(shown, BY_HAND.length, shown, BY_HAND.length + text.length);
      }
    };

    #tell(notice: string): void {
      this.#notice = notice;
      this.#render();
    }

    readonly #speak = (): void => {
      this.#spoken = sentence(definition, this.#state, definition.read(this.#state), this.#act);
      this.#render();
    };

    /** Draw the state; a change that was not held is animated, so that the gap is seen opening. */
    #draw(animated: boolean): void {
      this.toggleAttribute("moving", animated);
      if (animated) this.#timers.later("settle", SETTLE, () => this.removeAttribute("moving"));
      this.#render();
      this.#reflect();
      this.dispatchEvent(new CustomEvent("change", { detail: this.#state, bubbles: true }));
    }

    #reflect(): void {
      const text = JSON.stringify(this.#state);
      if (this.getAttribute("state") === text) return;
      this.#reflecting = true;
      this.setAttribute("state", text);
      this.#reflecting = false;
    }

    #view(): ReturnType<typeof frame> {
      const around: Surroundings = {
        id: this.id,
        projector: this.#projector.on,
        notice: this.#notice,
        addressed: !this.#page.silent,
        set: this.#set,
        reset: this.#reset,
        copy: () => void this.#copy(this.#page.of(this.#part), "Link"),
        embed: () => void this.#copy(embedded(tag, schema, this.#state), "Frame"),
        project: this.#projector.toggle,
        stage: this.#projector.stage,
      };
      return frame(definition, this.#state, definition.read(this.#state), this.#spoken, around);
    }

    #render(): void {
      if (this.#alive) render(this.#view(), this);
    }
  }

  if (!customElements.get(tag)) customElements.define(tag, Widget);
};
