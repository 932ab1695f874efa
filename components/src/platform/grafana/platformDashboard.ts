import { type DashboardDefinition, graph, quantiles, query, stat } from "./dashboard.ts";

/** All parts at a glance. */
export const platformDashboard: DashboardDefinition = {
  name: "platform",
  title: "platform",
  panels: [
    stat("Parts that answer", "none", "Parts that gave their figures the last time they were asked.", "sum(up)"),
    stat("Parts that don't", "none", "Anything above 0 is an outage of that part.", "count(up == 0) or vector(0)"),
    stat("Alerts", "none", "Alerts that are on now.", 'count(ALERTS{alertstate="firing"}) or vector(0)'),
    stat("Tenants", "none", "Projects that the gateway serves.", "supalove_gateway_tenants"),
    stat(
      "Operations running",
      "none",
      "Creates, deletes and the like that run now.",
      "sum(supalove_operations_running)",
    ),
    stat("Operations waiting", "none", "Those that wait for a place.", "sum(supalove_operations_pending)"),
    graph(
      "Projects",
      "none",
      "Projects of both plans by status. An unhealthy one wants somebody to look.",
      query("{{plan}} {{status}}", "max by (plan, status) (supalove_projects) > 0"),
    ),
    graph("Answers", "none", "1 while a part answers.", query("{{job}}", "up")),
    graph(
      "Processor time",
      "percentunit",
      "Share of one core that each part takes.",
      query("{{job}}", "rate(process_cpu_seconds_total[5m])"),
      query("{{job}}", "rate(process_cpu_time_ns_total[5m]) / 1e9"),
    ),
    graph(
      "Memory",
      "bytes",
      "What each part holds. A line that only rises ends in a restart.",
      query("{{job}}", "process_resident_memory_bytes"),
      query("{{job}} (heap and classes)", "sum by (job) (jvm_memory_committed_bytes)"),
    ),
    graph(
      "Event loop lag",
      "s",
      "How long a request waits before a Node service can begin with it; the slowest of a hundred.",
      query("{{job}}", "nodejs_eventloop_lag_p99_seconds"),
    ),
    graph("Heap", "bytes", "JavaScript heap in use.", query("{{job}}", "nodejs_heap_size_used_bytes")),
    graph(
      "Disk",
      "bytes",
      "Room on the disk of Docker's data. A full one stops every database.",
      query("free", "supalove_disk_free_bytes"),
      query("size", "supalove_disk_size_bytes"),
    ),
    graph(
      "Pages of the dashboard",
      "reqps",
      "Answers of the web console by status.",
      query("{{status}}", "sum by (status) (rate(supalove_dashboard_requests_total[5m]))"),
    ),
    graph("Time to a page", "s", "Of the web console.", ...quantiles("supalove_dashboard_request_seconds")),
    graph(
      "Restarts",
      "none",
      "Starts of each part within the last hour.",
      query("{{job}}", "changes(process_start_time_seconds[1h])"),
    ),
    graph(
      "Time to fetch figures",
      "s",
      "A slow answer tells of a busy part.",
      query("{{job}}", "scrape_duration_seconds"),
    ),
    graph("Series", "none", "Figures that each part gives.", query("{{job}}", "scrape_samples_post_metric_relabeling")),
    graph(
      "Prometheus' storage",
      "bytes",
      "Size of what is kept.",
      query("blocks", "prometheus_tsdb_storage_blocks_bytes"),
    ),
  ],
};
