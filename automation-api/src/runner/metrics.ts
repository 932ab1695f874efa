import { PLANS } from "@supalove/contracts";
import { PROJECT_STATUSES } from "@supalove/contracts/api/index.ts";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** How many projects of a plan have a status. */
export interface ProjectCount {
  readonly plan: string;
  readonly status: string;
  readonly count: number;
}

/** Figures of the runner. */
export class RunnerMetrics {
  readonly registry = new Registry();
  readonly finished: Counter<"kind" | "status">;
  readonly seconds: Histogram<"kind">;
  readonly running: Gauge;
  readonly reaped: Counter;

  /**
   * @param pending counts the operations that wait, when the figures are asked for
   * @param projects counts the projects
   */
  constructor(pending: () => Promise<number>, projects: () => Promise<readonly ProjectCount[]>) {
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
    new Gauge({
      name: "supalove_projects",
      help: "Projects that are not deleted",
      labelNames: ["plan", "status"],
      registers,
      async collect() {
        const counts = await projects();
        // What is none is told, too: a series that comes and goes would make gaps, and alerts over nothing.
        for (const plan of PLANS) for (const status of PROJECT_STATUSES) this.set({ plan, status }, 0);
        for (const { plan, status, count } of counts) this.set({ plan, status }, count);
      },
    });
  }
}
