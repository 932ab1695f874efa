import { type DashboardDefinition, graph, quantiles, query, stat } from "./dashboard.ts";

/** The tenants' requests. */
export const gatewayDashboard: DashboardDefinition = {
  name: "gateway",
  title: "gateway",
  panels: [
    stat("Requests", "reqps", "Requests answered a second.", "sum(rate(supalove_gateway_requests_total[5m]))"),
    stat(
      "Errors",
      "percentunit",
      "Share of answers that are errors of the platform.",
      'sum(rate(supalove_gateway_requests_total{status=~"5.."}[5m])) / sum(rate(supalove_gateway_requests_total[5m])) or vector(0)',
    ),
    stat("Tenants", "none", "Projects in memory.", "supalove_gateway_tenants"),
    stat("PostgREST processes", "none", "Running now, for as many active tenants.", "sum(supalove_gateway_processes)"),
    stat("Web sockets", "none", "Open now.", "supalove_gateway_web_sockets"),
    stat(
      "Hears of changes",
      "none",
      "1 while changes of tenants arrive; 0 leaves revoked keys working.",
      "supalove_gateway_registry_connected",
    ),
    graph(
      "Requests by service",
      "reqps",
      "Which part of a project is used.",
      query("{{service}}", "sum by (service) (rate(supalove_gateway_requests_total[5m]))"),
    ),
    graph(
      "Requests by status",
      "reqps",
      "4xx are the callers' errors, 5xx ours.",
      query("{{status}}", "sum by (status) (rate(supalove_gateway_requests_total[5m]))"),
    ),
    graph(
      "Time to answer",
      "s",
      "From a request's headers to the end of its answer.",
      ...quantiles("supalove_gateway_request_duration_seconds"),
    ),
    graph(
      "Refusals",
      "reqps",
      "Requests the gateway answers itself: wrong keys, limits, paused projects.",
      query("{{code}}", "sum by (code) (rate(supalove_gateway_refusals_total[5m]))"),
    ),
    graph(
      "In flight and waiting",
      "none",
      "Waiting requests have found all places taken.",
      query("in flight", "supalove_gateway_active_requests"),
      query("waiting", "supalove_gateway_waiting_requests"),
    ),
    graph(
      "PostgREST processes",
      "none",
      "By what they do.",
      query("{{state}}", "sum by (state) (supalove_gateway_processes)"),
    ),
    graph(
      "Wake-up",
      "s",
      "From the first request of a sleeping tenant to a ready PostgREST.",
      ...quantiles("supalove_gateway_process_start_seconds"),
    ),
    graph(
      "PostgREST ends",
      "none",
      "Within five minutes, by reason; anything but idleness is worth a look.",
      query("{{reason}}", "sum by (reason) (increase(supalove_gateway_process_ends_total[5m]))"),
    ),
    graph(
      "Internal queries",
      "ops",
      "SQL editor and migrations, by outcome.",
      query("{{outcome}}", "sum by (outcome) (rate(supalove_gateway_internal_queries_total[5m]))"),
      query("open pools", "supalove_gateway_query_pools"),
    ),
  ],
};
