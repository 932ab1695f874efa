import { ProcessUnavailableError } from "./processSpec.ts";

interface Waiter {
  readonly places: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A fixed number of places, of which one may take several; who finds too few waits in line, but not for ever. The line is
 * served in order, so that who wants many is not passed over for ever by those who want few.
 */
export class Turnstile {
  readonly #places: number;
  readonly #line = new Set<Waiter>();
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Takes places.
   * @param places more than there are in all count as all there are
   * @throws ProcessUnavailableError when too few came free in time
   */
  enter(maxWaitMs: number, places = 1): Promise<void> {
    const wanted = Math.min(places, this.#places);
    if (this.#line.size === 0 && this.#taken + wanted <= this.#places) {
      this.#taken += wanted;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#line.delete(waiter);
        reject(new ProcessUnavailableError("capacity", "no place came free", 1_000));
        // Those behind may want fewer.
        this.#serve();
      }, maxWaitMs);
      const settle = <T extends unknown[]>(then: (...args: T) => void) => {
        return (...args: T) => {
          clearTimeout(timer);
          this.#line.delete(waiter);
          then(...args);
        };
      };
      const waiter: Waiter = { places: wanted, resolve: settle(resolve), reject: settle(reject) };
      this.#line.add(waiter);
    });
  }

  /** Gives as many places back as were taken. */
  leave(places = 1): void {
    this.#taken -= Math.min(places, this.#places);
    this.#serve();
  }

  refuseAll(error: Error): void {
    for (const waiter of [...this.#line]) waiter.reject(error);
  }

  #serve(): void {
    for (const waiter of [...this.#line]) {
      if (this.#taken + waiter.places > this.#places) return;
      this.#taken += waiter.places;
      waiter.resolve();
    }
  }
}
