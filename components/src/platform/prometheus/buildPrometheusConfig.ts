/** Where Prometheus finds one part's metrics, on network `control`. */
export interface ScrapeTarget {
  /** Label `job`: the part. */
  readonly job: string;
  readonly host: string;
  readonly port: number;
  /** Metrics that nothing of ours asks for, by a pattern of their names. */
  readonly drop?: string;
}

/** Parts that serve metrics themselves. The alias is the part's name. */
export const SERVICE_TARGETS: readonly ScrapeTarget[] = [
  { job: "api", host: "api", port: 9464 },
  { job: "runner", host: "runner", port: 9464 },
  { job: "gateway", host: "gateway", port: 9464 },
  { job: "dashboard", host: "dashboard", port: 9464 },
  // Three quarters of Keycloak's series are about caches of a cluster that it is not.
  { job: "keycloak", host: "keycloak", port: 9000, drop: "vendor_.*|netty_.*|cache_.*|worker_pool_.*" },
  { job: "prometheus", host: "localhost", port: 9090 },
];

/** How often metrics are fetched and rules looked at; dashboards and alerts look at no less than four of these. */
const INTERVAL = "15s";

export const PROMETHEUS_CONFIG_FILE = "/etc/prometheus/prometheus.yml";
export const RULES_FILE = "/etc/prometheus/alerts.json";

/** Prometheus' configuration. As JSON, which is YAML too. */
export function buildPrometheusConfig(targets: readonly ScrapeTarget[]): string {
  const config = {
    global: { scrape_interval: INTERVAL, scrape_timeout: "10s", evaluation_interval: INTERVAL },
    rule_files: [RULES_FILE],
    scrape_configs: targets.map(({ job, host, port, drop }) => ({
      job_name: job,
      // A part gone wrong must not fill the memory of the one that would tell.
      sample_limit: 10_000,
      label_limit: 20,
      static_configs: [{ targets: [`${host}:${port}`] }],
      ...(drop === undefined
        ? {}
        : { metric_relabel_configs: [{ source_labels: ["__name__"], regex: drop, action: "drop" }] }),
    })),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
