/** A widget on the whole screen: Escape leaves it, wherever the focus is. */
const PROJECTING = "i-projecting";

export class Projector {
  on = false;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  readonly toggle = (): void => {
    this.on = !this.on;
    (this.on ? addEventListener : removeEventListener)("keydown", this.#leave, true);
    document.documentElement.classList.toggle(PROJECTING, this.on);
    this.#changed();
  };

  readonly #leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    // One key does one thing: a dialog or a notebook around us does not hear of it.
    event.preventDefault();
    event.stopPropagation();
    this.toggle();
  };
}
