import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** Figures of the HTTP API. Labels are bounded: operations are our own words, never a path from outside. */
export class HttpMetrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"operation" | "method" | "status">;
  readonly #seconds: Histogram<"operation">;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Counter({
      name: "supalove_api_requests_total",
      help: "Requests answered",
      labelNames: ["operation", "method", "status"],
      registers: [this.registry],
    });
    this.#seconds = new Histogram({
      name: "supalove_api_request_seconds",
      help: "Time from the request's head to the end of its answer",
      labelNames: ["operation"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [this.registry],
    });
  }

  observe(operation: string, method: string, status: number, seconds: number): void {
    const known = ["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"].includes(method) ? method : "OTHER";
    this.#requests.inc({ operation, method: known, status });
    this.#seconds.observe({ operation }, seconds);
  }
}
