import { ProcessUnavailableError } from "./processSpec.ts";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A fixed number of places; who finds none waits in line, but not for ever. */
export class Turnstile {
  readonly #places: number;
  readonly #line = new Set<Waiter>();
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Takes a place. @throws ProcessUnavailableError when none came free in time */
  enter(maxWaitMs: number): Promise<void> {
    if (this.#taken < this.#places) {
      this.#taken++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#line.delete(waiter);
        reject(new ProcessUnavailableError("capacity", "no place came free", 1_000));
      }, maxWaitMs);
      const settle = <T extends unknown[]>(then: (...args: T) => void) => {
        return (...args: T) => {
          clearTimeout(timer);
          this.#line.delete(waiter);
          then(...args);
        };
      };
      const waiter: Waiter = { resolve: settle(resolve), reject: settle(reject) };
      this.#line.add(waiter);
    });
  }

  /** Gives a place back: to the first in line, if there is one. */
  leave(): void {
    const [next] = this.#line;
    if (next === undefined) this.#taken--;
    else next.resolve();
  }

  refuseAll(error: Error): void {
    for (const waiter of [...this.#line]) waiter.reject(error);
  }
}
