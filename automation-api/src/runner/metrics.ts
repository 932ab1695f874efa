import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Figures of the runner. */
export class RunnerMetrics {
  readonly registry = new Registry();
  readonly finished: Counter<"kind" | "status">;
  readonly seconds: Histogram<"kind">;
  readonly running: Gauge;
  readonly reaped: Counter;

  /** @param pending counts the operations that wait, when the figures are asked for */
  constructor(pending: () => Promise<number>) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.finished = new Counter({
      name: "supalove_operations_total",
      help: "Operations ended",
      labelNames: ["kind", "status"],
      registers,
    });
    this.seconds = new Histogram({
      name: "supalove_operation_seconds",
      help: "Time an operation ran, from its claim to its end",
      labelNames: ["kind"],
      buckets: [0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300],
      registers,
    });
    this.running = new Gauge({ name: "supalove_operations_running", help: "Operations running here", registers });
    this.reaped = new Counter({
      name: "supalove_operations_interrupted_total",
      help: "Operations whose lease had expired",
      registers,
    });
    new Gauge({
      name: "supalove_operations_pending",
      help: "Operations that wait",
      registers,
      async collect() {
        this.set(await pending());
      },
    });
  }
}
