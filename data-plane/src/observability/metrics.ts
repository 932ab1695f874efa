import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const DURATIONS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Numbers asked for when Prometheus comes by. */
export interface GaugeSources {
  readonly tenants: () => number;
  readonly registryConnected: () => boolean;
  readonly activeRequests: () => number;
  readonly waitingRequests: () => number;
  readonly webSockets: () => number;
  readonly processes: () => Readonly<Record<"starting" | "busy" | "idle" | "stopping", number>>;
  readonly restConnections: () => number;
  readonly queryPools: () => number;
}

/**
 * The service's metrics. No label has more values than the code can name: a tenant's ref is never one, as there may be
 * any number of tenants.
 */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: "supalove_gateway_requests_total",
      help: "Answered requests",
      labelNames: ["service", "method", "status"] as const,
      registers,
    }),
    duration: new Histogram({
      name: "supalove_gateway_request_duration_seconds",
      help: "Time from a request's headers to the end of its answer",
      labelNames: ["service"] as const,
      buckets: DURATIONS,
      registers,
    }),
    refusals: new Counter({
      name: "supalove_gateway_refusals_total",
      help: "Requests that the gateway itself answered with an error",
      labelNames: ["code"] as const,
      registers,
    }),
    processStarts: new Histogram({
      name: "supalove_gateway_process_start_seconds",
      help: "Time from the first request to a ready PostgREST",
      buckets: DURATIONS,
      registers,
    }),
    processEnds: new Counter({
      name: "supalove_gateway_process_ends_total",
      help: "PostgREST processes that ended",
      labelNames: ["reason"] as const,
      registers,
    }),
    queries: new Counter({
      name: "supalove_gateway_internal_queries_total",
      help: "Queries through the internal API",
      labelNames: ["outcome"] as const,
      registers,
    }),
    /** Adds the gauges; apart because their sources are made after the counters they use. */
    watch(sources: GaugeSources): void {
      const gauge = (name: string, help: string, read: () => number) =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(read());
          },
        });
      gauge("supalove_gateway_tenants", "Tenants in memory", sources.tenants);
      gauge("supalove_gateway_registry_connected", "1 while tenant changes arrive", () =>
        sources.registryConnected() ? 1 : 0,
      );
      gauge("supalove_gateway_active_requests", "Requests in flight", sources.activeRequests);
      gauge("supalove_gateway_waiting_requests", "Requests waiting for a place", sources.waitingRequests);
      gauge("supalove_gateway_web_sockets", "Open web sockets", sources.webSockets);
      gauge(
        "supalove_gateway_rest_connections",
        "Connections to shared clusters that the running PostgREST processes may hold",
        sources.restConnections,
      );
      gauge("supalove_gateway_query_pools", "Tenants with open connections for the internal API", sources.queryPools);
      new Gauge({
        name: "supalove_gateway_processes",
        help: "PostgREST processes",
        labelNames: ["state"] as const,
        registers,
        collect() {
          for (const [state, count] of Object.entries(sources.processes())) this.set({ state }, count);
        },
      });
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
