import { channel } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** A message of Node's own channels `http.server.request.start` and `http.server.response.finish`. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
}

/** Asked for every second by the container's healthcheck: it would drown what people ask for. */
const PROBE = "/healthz";

/**
 * Figures of the console. Counted on Node's channels rather than in the framework, so that pages, files and relayed calls
 * are all in; an answer whose client went away is not. Labels are bounded, no path from outside is one.
 * @param ignore tells the servers whose requests do not count
 */
export function createConsoleMetrics(ignore: (server: Server) => boolean): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "supalove_dashboard_requests_total",
    help: "Requests answered",
    labelNames: ["status"] as const,
    registers: [registry],
  });
  // A series that is missing until the first error can't be told from one that is broken.
  for (const status of ["2xx", "3xx", "4xx", "5xx"]) requests.inc({ status }, 0);
  const seconds = new Histogram({
    name: "supalove_dashboard_request_seconds",
    help: "Time from a request's head to the end of its answer",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const started = new WeakMap<IncomingMessage, number>();
  channel("http.server.request.start").subscribe((message) => {
    const { request, server } = message as Exchange;
    if (request.url !== PROBE && !ignore(server)) started.set(request, performance.now());
  });
  channel("http.server.response.finish").subscribe((message) => {
    const { request, response } = message as Exchange;
    const began = started.get(request);
    if (began === undefined) return;
    requests.inc({ status: `${Math.floor(response.statusCode / 100)}xx` });
    // A stream lasts as long as what it tells of.
    if (String(response.getHeader("content-type")).startsWith("text/event-stream")) return;
    seconds.observe((performance.now() - began) / 1000);
  });
  return registry;
}
