import type { IncomingMessage, ServerResponse } from "node:http";
import type { GatewayError } from "../errors/gatewayError.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** What is known of a request when it ends. No header, no query string, nothing of a body. */
export interface Outcome {
  readonly service: string;
  readonly ref: string | undefined;
  /** Path without the project's prefix. */
  readonly path: string;
  readonly requestId: string;
  readonly error: GatewayError | undefined;
}

const STATUS_CLASSES = ["1xx", "1xx", "2xx", "3xx", "4xx", "5xx"] as const;
const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const LOGGED_PATH_LENGTH = 200;

/** One line in the log and one count in the metrics for each answered request. */
export class AccessLog {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  /** Label sets by name: making them anew for each request is what a counter costs most for. */
  readonly #counters = new Map<string, () => void>();
  readonly #timers = new Map<string, (seconds: number) => void>();

  constructor(log: Logger, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  finished(req: IncomingMessage, res: ServerResponse, outcome: Outcome, ms: number): void {
    // 499: the client hung up before its answer began.
    const status = res.headersSent ? res.statusCode : 499;
    const method = READS.has(req.method ?? "") ? "read" : "write";
    this.#count(outcome.service, method, status, ms);
    if (outcome.error) this.#refused(outcome.error);
    if (!this.#log.isLevelEnabled("info")) return;
    this.#log.info(
      {
        id: outcome.requestId,
        ref: outcome.ref,
        service: outcome.service,
        method: req.method,
        path: outcome.path.slice(0, LOGGED_PATH_LENGTH),
        status,
        ms: Math.round(ms * 10) / 10,
        ...(outcome.error ? { code: outcome.error.code } : {}),
        ...(res.writableFinished ? {} : { cut: true }),
      },
      "request",
    );
  }

  upgraded(outcome: Omit<Outcome, "error">, status: number, ms: number, error?: GatewayError): void {
    this.#count(outcome.service, "socket", status, ms);
    if (error) this.#refused(error);
    const { requestId: id, ref, service, path } = outcome;
    this.#log.info({ id, ref, service, path: path.slice(0, LOGGED_PATH_LENGTH), status }, "web socket");
  }

  /** Bytes that were no request. */
  refusedBytes(code: string): void {
    this.#metrics.refusals.inc({ code });
  }

  #refused(error: GatewayError): void {
    this.#metrics.refusals.inc({ code: error.code });
    if (error.cause === undefined || error.status < 500) return;
    const reason = error.cause instanceof Error ? error.cause.message : String(error.cause);
    this.#log.warn({ code: error.code, reason }, "request failed");
  }

  #count(service: string, method: string, status: number, ms: number): void {
    const statusClass = STATUS_CLASSES[Math.floor(status / 100)] ?? "5xx";
    const key = `${service} ${method} ${statusClass}`;
    let count = this.#counters.get(key);
    if (count === undefined) {
      const child = this.#metrics.requests.labels({ service, method, status: statusClass });
      count = () => child.inc();
      this.#counters.set(key, count);
    }
    count();
    let time = this.#timers.get(service);
    if (time === undefined) {
      const child = this.#metrics.duration.labels({ service });
      time = (seconds) => child.observe(seconds);
      this.#timers.set(service, time);
    }
    time(ms / 1000);
  }
}
