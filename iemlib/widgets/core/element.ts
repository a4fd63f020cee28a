/** The custom element: holds the state, reflects it, and lets the frame draw it. */
import { hydrate, render } from "preact";
import { decoded, fragment, joined, said } from "./address";
import { complete, defaults, schemaOf, type Schema, type State } from "./schema";
import type { Act, Definition } from "./widget";
import { frame, questionOf, sentence, type Surroundings } from "./frame";
import type { Child } from "../marks/h";

/** Pause after the last move before the sentence is announced and the address rewritten, in milliseconds. */
const SPEAK = 200;
const WRITE = 400;
/** How long bars take to their new place after a switch; in look.css as well, for the drawing. */
const SETTLE = 300;
const NOTICE = 2500;
/** How far outside the window an element wakes. */
const NEAR = "300px";

const sane = (schema: Schema, given: unknown): { state: State; notice: string } => {
  const state = given instanceof Error ? given : complete(schema, given);
  return state instanceof Error
    ? { state: defaults(schema), notice: `${state.message} Shown instead: the start.` }
    : { state, notice: "" };
};

const plain = (v: unknown): v is State => typeof v === "object" && v !== null && !Array.isArray(v) && !(v instanceof Error);

export const define = (definition: Definition): void => {
  const schema = schemaOf(definition.tag);

  class Element extends HTMLElement {
    static readonly observedAttributes = ["state"];
    #state: State = defaults(schema);
    #start: State = this.#state;
    #notice = "";
    #act: Act<State> | null = null;
    #spoken: Child = null;
    #projector = false;
    #alive = false;
    #own = false;
    readonly #timers = new Map<string, number>();
    #watch: IntersectionObserver | null = null;

    connectedCallback(): void {
      if (this.#alive) return;
      addEventListener("hashchange", this.#follow);
      this.addEventListener("keydown", this.#keys);
      const linked = this.#addressed && (said(location.hash, this.id) !== null || this.#called);
      if (linked || !this.firstElementChild || !("IntersectionObserver" in window)) {
        this.#wake();
        if (linked) this.scrollIntoView({ block: "start" });
        return;
      }
      // Nothing is done before the reader is near; a touch or a focus wakes it at once.
      this.#watch = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && this.#wake(), { rootMargin: NEAR });
      this.#watch.observe(this);
      this.addEventListener("pointerdown", this.#wake, { once: true, capture: true });
      this.addEventListener("focusin", this.#wake, { once: true });
    }

    disconnectedCallback(): void {
      removeEventListener("hashchange", this.#follow);
      if (this.#projector) this.#project();
      this.#watch?.disconnect();
    }

    attributeChangedCallback(_name: string, old: string | null, text: string | null): void {
      if (this.#own || !this.#alive || old === text || text === null) return;
      this.#take(this.#parsed(text));
    }

    /** Whether the page's address carries the state: not inside a live notebook. */
    get #addressed(): boolean {
      return !this.hasAttribute("live");
    }

    /** Whether the address asks for this widget on the whole screen, as a teacher's link does. */
    get #called(): boolean {
      return said(location.hash, "projector") === this.id;
    }

    #parsed(text: string): unknown {
      try {
        return JSON.parse(text);
      } catch {
        return new Error("The state is not JSON.");
      }
    }

    readonly #wake = (): void => {
      if (this.#alive) return;
      this.#alive = true;
      this.#watch?.disconnect();
      const written = sane(schema, this.#parsed(this.getAttribute("state") ?? "{}"));
      this.#state = this.#start = written.state;
      this.#notice = written.notice;
      const reading = definition.read(this.#state);
      this.#spoken = sentence(definition, this.#state, reading, null);
      const view = this.#view();
      if (this.firstElementChild && this.#notice === "") hydrate(view, this);
      else this.replaceChildren(), render(view, this);
      this.#reflect();
      const text = this.#addressed ? said(location.hash, this.id) : null;
      if (text !== null) this.#take(decoded(text), this.#asked);
      if (this.#addressed && this.#called) this.#project();
    };

    /** A link that says nothing of the chapter's question leaves it, and the reader's guess, as they are. */
    get #asked(): State {
      return { predict: this.#state["predict"], guess: this.#state["guess"] };
    }

    /** This state as a part of an address; where the chapter's question was taken away, it says so. */
    get #said(): string {
      return fragment(this.id, schema, this.#state, questionOf(this.#start) ? "predict" : undefined);
    }

    readonly #follow = (): void => {
      const text = this.#addressed ? said(location.hash, this.id) : null;
      if (!this.#alive && (text !== null || this.#called)) this.#wake();
      else if (text !== null) this.#take(decoded(text), this.#asked);
      else return;
      if (this.#called && !this.#projector) this.#project();
      this.scrollIntoView({ block: "nearest" });
    };

    readonly #keys = (event: KeyboardEvent): void => {
      // A notebook around us must not take the keys that move our controls; Ctrl+S and its like stay its own.
      if (!this.#addressed && !event.ctrlKey && !event.metaKey) event.stopPropagation();
    };

    /** Put a state from outside in place: an address, an attribute, a notebook. */
    #take(given: unknown, kept: State = {}): void {
      const { state, notice } = sane(schema, plain(given) ? { ...kept, ...given } : given);
      this.#state = state;
      this.#notice = notice;
      this.#act = null;
      this.#draw(false);
      this.#speak();
    }

    readonly #set = (change: State, control: string, moved = false): void => {
      if (this.#act?.control !== control || !moved) this.#act = { control, from: this.#state };
      this.#state = { ...this.#state, ...change };
      this.#notice = "";
      this.#draw(!moved);
      this.#later("speak", SPEAK, this.#speak);
      if (this.#addressed) this.#later("write", WRITE, this.#write);
    };

    readonly #reset = (): void => {
      this.#state = this.#start;
      this.#act = null;
      this.#notice = "";
      this.#draw(true);
      this.#speak();
      if (this.#addressed) this.#later("write", WRITE, this.#write);
    };

    readonly #write = (): void => {
      history.replaceState(history.state, "", joined(location.hash, this.id, this.#said));
    };

    readonly #copy = async (): Promise<void> => {
      this.#write();
      const address = `${location.href.split("#")[0]}#${this.#said}`;
      try {
        await navigator.clipboard.writeText(address);
        this.#tell("Link copied.");
      } catch {
        this.#tell("The link is in the address bar: copy it from there.");
      }
    };

    #tell(notice: string): void {
      this.#notice = notice;
      this.#render();
      this.#later("notice", NOTICE, () => {
        this.#notice = "";
        this.#render();
      });
    }

    /** Wherever the focus is. */
    readonly #leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") this.#project();
    };

    readonly #project = (): void => {
      this.#projector = !this.#projector;
      (this.#projector ? addEventListener : removeEventListener)("keydown", this.#leave, true);
      document.documentElement.classList.toggle("i-projecting", this.#projector);
      this.#render();
    };

    #later(name: string, wait: number, then: () => void): void {
      clearTimeout(this.#timers.get(name));
      this.#timers.set(name, window.setTimeout(then, wait));
    }

    readonly #speak = (): void => {
      this.#spoken = sentence(definition, this.#state, definition.read(this.#state), this.#act);
      this.#render();
    };

    /** Draw the state; a change that was not held is animated, so that the gap is seen opening. */
    #draw(animated: boolean): void {
      this.toggleAttribute("moving", animated);
      if (animated) this.#later("settle", SETTLE, () => this.removeAttribute("moving"));
      this.#render();
      this.#reflect();
      this.dispatchEvent(new CustomEvent("change", { detail: this.#state, bubbles: true }));
    }

    #reflect(): void {
      const text = JSON.stringify(this.#state);
      if (this.getAttribute("state") === text) return;
      this.#own = true;
      this.setAttribute("state", text);
      this.#own = false;
    }

    #view(): ReturnType<typeof frame> {
      const around: Surroundings = {
        id: this.id,
        projector: this.#projector,
        notice: this.#notice,
        addressed: this.#addressed,
        set: this.#set,
        reset: this.#reset,
        copy: () => void this.#copy(),
        project: this.#project,
      };
      return frame(definition, this.#state, definition.read(this.#state), this.#spoken, around);
    }

    #render(): void {
      if (this.#alive) render(this.#view(), this);
    }
  }

  if (!customElements.get(definition.tag)) customElements.define(definition.tag, Element);
};
