/**
 * Token bucket: `rate` a second on average, bursts up to `burst`. Time is passed in, so it has no timer and costs nothing
 * while nobody asks.
 */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(burst: number, nowMs: number) {
    this.#tokens = burst;
    this.#at = nowMs;
  }

  /** Takes a token: 0 when there was one, else the milliseconds until there will be one. */
  take(rate: number, burst: number, nowMs: number): number {
    const elapsed = Math.max(0, nowMs - this.#at);
    this.#at = nowMs;
    this.#tokens = Math.min(burst, this.#tokens + (elapsed * rate) / 1000);
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.#tokens) * 1000) / rate);
  }
}
