import type { ProcessClient, ProcessSpec } from "./processSpec.ts";

interface Entry {
  /** Of the settings that failed: they say nothing about others. */
  readonly fingerprint: string;
  readonly count: number;
  readonly notBefore: number;
}

type Settings = Pick<ProcessSpec<ProcessClient>, "key" | "fingerprint">;

const PAUSE_MAX_MS = 5_000;
const FORGET_AFTER_MS = 60_000;

/** How often the process of a key failed in a row with its settings of now, and how long its next start waits for that. */
export class Failures {
  readonly #entries = new Map<string, Entry>();

  /** Milliseconds until the process may be started again; 0 or less when it may now. */
  pauseOf(settings: Settings): number {
    return (this.#entryOf(settings)?.notBefore ?? 0) - Date.now();
  }

  count(settings: Settings): void {
    const count = (this.#entryOf(settings)?.count ?? 0) + 1;
    // The first failure is free: a killed process is back with the next request.
    const pause = count === 1 ? 0 : Math.min(PAUSE_MAX_MS, 100 * 2 ** count);
    this.#entries.set(settings.key, { fingerprint: settings.fingerprint, count, notBefore: Date.now() + pause });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets what is long past. */
  tidy(now: number): void {
    for (const [key, entry] of this.#entries) {
      if (now - entry.notBefore > FORGET_AFTER_MS) this.#entries.delete(key);
    }
  }

  #entryOf({ key, fingerprint }: Settings): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry?.fingerprint === fingerprint ? entry : undefined;
  }
}
