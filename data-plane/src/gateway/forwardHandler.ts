import type { ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import { GatewayError } from "../errors/gatewayError.ts";
import { responseHeaders } from "./forwardHeaders.ts";

export interface ForwardOptions {
  readonly requestId: string;
  readonly cors: readonly string[];
  readonly maxBodyBytes: number;
  readonly done: (status: number) => void;
  readonly failed: (error: GatewayError) => void;
}

/** A container that was stopped by chance is back after about this long. */
const RETRY_SECONDS = 5;

/** The service hung up before a byte of its answer; `neverSent` when it can't even have seen the request. */
export class ServiceHungUpError extends GatewayError {
  readonly neverSent: boolean;

  constructor(neverSent: boolean, cause: unknown) {
    const code = neverSent ? "service_unreachable" : "upstream_failed";
    const said = neverSent ? "The service can't be reached." : "The service ended the connection without an answer.";
    super(code, said, { cause, ...(neverSent ? { retryAfter: RETRY_SECONDS } : {}) });
    this.neverSent = neverSent;
  }
}

const codeOf = (error: Error) => ("code" in error && typeof error.code === "string" ? error.code : "");
const NOT_CONNECTED = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_DESTROYED",
  "UND_ERR_CLOSED",
]);

function translate(error: Error): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return new GatewayError("upstream_timeout", "The service did not answer in time.", { cause: error });
  }
  return new ServiceHungUpError(NOT_CONNECTED.has(code), error);
}

/**
 * Carries one answer from a service to the client. The first piece of the body is held back until the event loop turns:
 * most answers are complete by then and go out as one write with their length, instead of three in chunks.
 */
export class ForwardHandler implements Dispatcher.DispatchHandler {
  readonly #res: ServerResponse;
  readonly #options: ForwardOptions;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: string[] = [];
  #hasLength = false;
  #held: Buffer | undefined;
  #sent = 0;
  #gone = false;

  constructor(res: ServerResponse, options: ForwardOptions) {
    this.#res = res;
    this.#options = options;
    res.once("close", this.#clientClosed);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#gone) controller.abort(new Error("client is gone"));
  }

  /** Counts a streamed body, whose length nobody announced. */
  onBodySent(chunk: Uint8Array): void {
    this.#sent += chunk.byteLength;
    if (this.#sent <= this.#options.maxBodyBytes) return;
    const limit = this.#options.maxBodyBytes;
    this.#controller?.abort(new GatewayError("body_too_large", `The body has more than ${limit} bytes.`));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#hasLength = headers["content-length"] !== undefined;
    this.#headers = responseHeaders(headers, this.#options.requestId, this.#options.cors);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#res.headersSent && this.#held === undefined) {
      this.#held = chunk;
      setImmediate(this.#flush);
      return;
    }
    this.#flush();
    if (this.#res.write(chunk) === false) {
      controller.pause();
      this.#res.once("drain", () => controller.resume());
    }
  }

  onResponseEnd(): void {
    const { req } = this.#res;
    if (!this.#res.headersSent) {
      const bodiless = req.method === "HEAD" || this.#status === 204 || this.#status === 304;
      if (!this.#hasLength && !bodiless) this.#headers.push("content-length", String(this.#held?.length ?? 0));
      this.#res.writeHead(this.#status, this.#headers);
    }
    this.#res.end(this.#held);
    this.#held = undefined;
    this.#settle();
    this.#options.done(this.#status);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle();
    if (this.#gone) this.#options.done(499);
    else if (!this.#res.headersSent && this.#held === undefined) this.#options.failed(translate(error));
    else {
      // Half an answer was given: cutting the connection is the only way to say that it is not whole.
      this.#gone = true;
      this.#res.destroy();
      this.#options.done(this.#status);
    }
  }

  #settle(): void {
    this.#res.removeListener("close", this.#clientClosed);
  }

  readonly #flush = (): void => {
    if (this.#gone || this.#res.writableEnded) return;
    if (!this.#res.headersSent) this.#res.writeHead(this.#status, this.#headers);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#res.write(held);
  };

  readonly #clientClosed = (): void => {
    this.#gone = true;
    this.#held = undefined;
    this.#controller?.abort(new Error("client is gone"));
  };
}
