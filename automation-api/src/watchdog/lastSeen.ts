/** When something answered last, told by who asks it all the time anyway. */
export class LastSeen {
  readonly #countsMs: number;
  readonly #now: () => number;
  #at: number | undefined;

  /** @param countsMs how long a sight counts */
  constructor(countsMs: number, now: () => number = () => performance.now()) {
    this.#countsMs = countsMs;
    this.#now = now;
  }

  seen(): void {
    this.#at = this.#now();
  }

  isRecent(): boolean {
    return this.#at !== undefined && this.#now() - this.#at < this.#countsMs;
  }
}
