import { type DashboardDefinition, graph, query, stat } from "./dashboard.ts";

/** Who signs in, and how Keycloak is. */
export const identityDashboard: DashboardDefinition = {
  name: "identity",
  title: "sign-in",
  panels: [
    stat(
      "Sign-ins",
      "none",
      "Within the last hour.",
      'sum(increase(keycloak_user_events_total{event="login",error=""}[1h])) or vector(0)',
    ),
    stat(
      "Refused sign-ins",
      "none",
      "Within the last hour.",
      'sum(increase(keycloak_user_events_total{event="login",error!=""}[1h])) or vector(0)',
    ),
    stat(
      "New accounts",
      "none",
      "Within the last hour.",
      'sum(increase(keycloak_user_events_total{event="register",error=""}[1h])) or vector(0)',
    ),
    stat("Requests", "reqps", "Answered a second.", "sum(rate(http_server_requests_seconds_count[5m]))"),
    stat("Database connections", "none", "In use now.", "sum(agroal_active_count)"),
    stat("Waiting for one", "none", "Requests that wait for a database connection.", "sum(agroal_awaiting_count)"),
    graph(
      "Events",
      "ops",
      "Sign-ins, sign-outs, new accounts and tokens, with the reason where one was refused.",
      query("{{event}} {{error}}", "sum by (event, error) (rate(keycloak_user_events_total[5m]))"),
    ),
    graph(
      "Requests by outcome",
      "reqps",
      "Server errors are Keycloak's own.",
      query("{{outcome}}", "sum by (outcome) (rate(http_server_requests_seconds_count[5m]))"),
    ),
    graph(
      "Mean time to answer",
      "s",
      "The slowest ten kinds of request.",
      query(
        "{{method}} {{uri}}",
        "topk(10, sum by (method, uri) (rate(http_server_requests_seconds_sum[5m])) / sum by (method, uri) (rate(http_server_requests_seconds_count[5m])))",
      ),
    ),
    graph(
      "Memory",
      "bytes",
      "Of the Java machine, by area.",
      query("{{area}} {{id}}", "sum by (area, id) (jvm_memory_used_bytes)"),
    ),
    graph(
      "Garbage collection",
      "percentunit",
      "Share of time that it takes.",
      query("pauses", "sum(rate(jvm_gc_pause_seconds_sum[5m]))"),
    ),
    graph("Threads", "none", "Live threads.", query("live", "sum(jvm_threads_live_threads)")),
  ],
};
