/** A widget on the whole screen: a modal dialog, over whatever is around it. Escape leaves it, wherever the focus is. */
const PROJECTING = "i-projecting";

export class Projector {
  on = false;
  readonly #of: HTMLElement;
  readonly #changed: () => void;

  constructor(of: HTMLElement, changed: () => void) {
    this.#of = of;
    this.#changed = changed;
  }

  /** The dialog, once it is drawn: nothing beside it can be reached, in whatever scrolls or clips us. */
  readonly stage = (dialog: HTMLDialogElement | null): void => dialog?.showModal();

  readonly toggle = (): void => {
    const focused = this.#of.contains((this.#of.getRootNode() as Document | ShadowRoot).activeElement);
    this.on = !this.on;
    // Its place on the page stays as high as it was: what is read below does not move, there and back.
    if (this.on) this.#of.style.minHeight = `${this.#of.offsetHeight}px`;
    (this.on ? addEventListener : removeEventListener)("keydown", this.#leave, true);
    document.documentElement.classList.toggle(PROJECTING, this.on);
    this.#changed();
    if (!this.on) this.#of.style.minHeight = "";
    // All is drawn anew: the button that was pressed is another one.
    if (this.on || focused) this.#of.querySelector<HTMLElement>("[data-act=projector]")?.focus({ preventScroll: true });
  };

  readonly #leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    // One key does one thing: a dialog or a notebook around us does not hear of it.
    event.preventDefault();
    event.stopPropagation();
    this.toggle();
  };
}
