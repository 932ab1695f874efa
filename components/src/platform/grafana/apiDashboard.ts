import { type DashboardDefinition, graph, quantiles, query, stat } from "./dashboard.ts";

/** The HTTP API and what the runner does for it. */
export const apiDashboard: DashboardDefinition = {
  name: "api",
  title: "API and operations",
  panels: [
    stat("Requests", "reqps", "Requests answered a second.", "sum(rate(supalove_api_requests_total[5m]))"),
    stat(
      "Errors",
      "percentunit",
      "Share of answers that are errors of the API itself.",
      'sum(rate(supalove_api_requests_total{status=~"5.."}[5m])) / sum(rate(supalove_api_requests_total[5m])) or vector(0)',
    ),
    stat("Operations running", "none", "Operations that run now.", "sum(supalove_operations_running)"),
    stat("Operations waiting", "none", "Operations that wait.", "sum(supalove_operations_pending)"),
    stat(
      "Operations failed",
      "none",
      "Within the last hour.",
      'sum(increase(supalove_operations_total{status="failed"}[1h])) or vector(0)',
    ),
    stat(
      "Operations interrupted",
      "none",
      "Lost their runner within the last hour.",
      "sum(increase(supalove_operations_interrupted_total[1h]))",
    ),
    graph(
      "Requests by operation",
      "reqps",
      "What is asked for.",
      query("{{operation}}", "sum by (operation) (rate(supalove_api_requests_total[5m]))"),
    ),
    graph(
      "Requests by status",
      "reqps",
      "4xx are the callers' errors, 5xx ours.",
      query("{{status}}", "sum by (status) (rate(supalove_api_requests_total[5m]))"),
    ),
    graph("Time to answer", "s", "Of all requests together.", ...quantiles("supalove_api_request_seconds")),
    graph(
      "Slowest operations",
      "s",
      "The slowest of twenty requests, by operation.",
      query(
        "{{operation}}",
        "topk(10, histogram_quantile(0.95, sum by (le, operation) (rate(supalove_api_request_seconds_bucket[5m]))))",
      ),
    ),
    graph(
      "Operations ended",
      "none",
      "By kind and outcome, within five minutes.",
      query("{{kind}} {{status}}", "sum by (kind, status) (increase(supalove_operations_total[5m]))"),
    ),
    graph(
      "Time an operation runs",
      "s",
      "From its start to its end, by kind.",
      ...quantiles("supalove_operation_seconds", "kind"),
    ),
    graph(
      "Queue",
      "none",
      "Operations that run and that wait.",
      query("running", "sum(supalove_operations_running)"),
      query("waiting", "sum(supalove_operations_pending)"),
    ),
  ],
};
