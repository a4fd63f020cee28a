/** Waits that have a name: asking again under the same name starts that wait anew. */
export class Timers {
  readonly #running = new Map<string, number>();

  later(name: string, milliseconds: number, then: () => void): void {
    clearTimeout(this.#running.get(name));
    this.#running.set(name, window.setTimeout(then, milliseconds));
  }
}
