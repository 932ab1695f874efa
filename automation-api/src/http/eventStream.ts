import type { ServerResponse } from "node:http";

/** One server-sent event. */
export interface StreamEvent {
  readonly id: number;
  readonly type: string;
  readonly data: unknown;
}

/** Milliseconds a client waits before it comes back; sent once, at the beginning. */
const RETRY_MS = 2_000;

/** Writes server-sent events, no faster than the client reads them. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      // Proxies that buffer would turn a stream into one late answer.
      "X-Accel-Buffering": "no",
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
  }

  async send({ id, type, data }: StreamEvent, signal: AbortSignal): Promise<void> {
    await this.#write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`, signal);
  }

  /** A comment: keeps proxies from closing a quiet stream. */
  async ping(signal: AbortSignal): Promise<void> {
    await this.#write(": still here\n\n", signal);
  }

  end(): void {
    this.#response.end();
  }

  async #write(text: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#response.write(text)) return;
    await new Promise<void>((resolve) => {
      this.#response.once("drain", resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
