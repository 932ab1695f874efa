import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "pino";

/** Longest wait between two attempts to listen again. */
const MAX_RETRY_MS = 5_000;

/**
 * `operation_event`: something was written about an operation, or, as `organization:<id>`, its members changed;
 * `operation_cancel`: somebody wants it to stop.
 */
export type OperationChannel = "operation_event" | "operation_cancel";

/**
 * Wakes whoever follows an operation when it is notified about. One connection listens for all followers; while it is
 * down they are woken now and then, so that nobody waits for a notification that was lost.
 */
export class OperationFeed {
  readonly #url: string;
  readonly #channel: OperationChannel;
  readonly #logger: Logger;
  readonly #waiting = new EventEmitter().setMaxListeners(0);
  readonly #closing = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;

  constructor(databaseUrl: string, channel: OperationChannel, logger: Logger) {
    this.#url = databaseUrl;
    this.#channel = channel;
    this.#logger = logger;
  }

  /** Aborted when the server stops; streams end on it. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  start(): void {
    this.#running ??= this.#keepListening();
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    await this.#client?.end().catch(() => {});
    await this.#running;
  }

  /** Resolves when something was written for the operation (or whatever else the channel tells of), after `atMostMs` in any case, or when the signal aborts. */
  async changed(operationId: string, atMostMs: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const wake = () => done.abort();
    this.#waiting.once(operationId, wake);
    try {
      await sleep(atMostMs, undefined, { signal: AbortSignal.any([done.signal, signal]) });
    } catch {
      // Woken, or the follower is gone: both are what was waited for.
    } finally {
      this.#waiting.off(operationId, wake);
    }
  }

  async #keepListening(): Promise<void> {
    for (let delay = 100; !this.closing.aborted; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
      try {
        await this.#listenUntilLost(() => {
          delay = 100;
        });
      } catch (error) {
        if (!this.closing.aborted) this.#logger.warn({ err: error }, "listening for notifications again");
      }
      await sleep(delay, undefined, { signal: this.closing }).catch(() => {});
    }
  }

  async #listenUntilLost(onListening: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "supalove-feed",
      keepAlive: true,
    });
    this.#client = client;
    const lost = new Promise<void>((resolve, reject) => {
      client.once("end", resolve);
      client.once("error", reject);
    });
    // The rejection may come before anybody waits for it.
    lost.catch(() => {});
    try {
      await client.connect();
      client.on("notification", ({ payload }) => {
        if (payload !== undefined) this.#waiting.emit(payload);
      });
      await client.query(`listen ${this.#channel}`);
      onListening();
      for (const operation of this.#waiting.eventNames()) this.#waiting.emit(operation);
      await lost;
    } finally {
      this.#client = undefined;
      await client.end().catch(() => {});
    }
  }
}
