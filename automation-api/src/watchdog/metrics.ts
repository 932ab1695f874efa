import { Counter, type Registry } from "prom-client";
import { ENDING_REASONS } from "./planEndings.ts";

/** Figures of the watchdog, shown with the runner's. */
export class WatchdogMetrics {
  readonly ended: Counter<"reason">;
  readonly quota: Counter<"state">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.ended = new Counter({
      name: "supalove_watchdog_sessions_ended_total",
      help: "Tenants' sessions ended because they did harm to others",
      labelNames: ["reason"],
      registers,
    });
    for (const reason of ENDING_REASONS) this.ended.inc({ reason }, 0);
    this.quota = new Counter({
      name: "supalove_watchdog_quota_changes_total",
      help: "Tenant databases that were filled, closed or opened again because of their size",
      labelNames: ["state"],
      registers,
    });
    for (const state of ["open", "full", "closed"]) this.quota.inc({ state }, 0);
  }
}
