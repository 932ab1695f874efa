import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dashboardQueries } from "../grafana/index.ts";
import { alertExpressions, buildAlertRules } from "./buildAlertRules.ts";
import { buildPostgresQueries, POSTGRES_METRICS } from "./buildPostgresQueries.ts";
import { buildPrometheusConfig, RULES_FILE, SERVICE_TARGETS } from "./buildPrometheusConfig.ts";

interface Config {
  readonly rule_files: string[];
  readonly scrape_configs: { job_name: string; sample_limit: number; static_configs: { targets: string[] }[] }[];
}

describe("Prometheus' configuration", () => {
  it("asks each part once, by its name on the control network", () => {
    const config = JSON.parse(buildPrometheusConfig(SERVICE_TARGETS)) as Config;
    const targets = config.scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap((s) => s.targets));
    expect(targets).toEqual([
      "api:9464",
      "runner:9464",
      "gateway:9464",
      "dashboard:9464",
      "keycloak:9000",
      "localhost:9090",
    ]);
    expect(config.rule_files).toEqual([RULES_FILE]);
    for (const { sample_limit } of config.scrape_configs) expect(sample_limit).toBeGreaterThan(0);
  });
});

describe("alerts", () => {
  const { groups } = JSON.parse(buildAlertRules()) as {
    groups: { rules: { alert: string; labels: { severity: string }; annotations: Record<string, string> }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  it("say what is wrong and what to do, each by a name of its own", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { annotations, labels } of rules) {
      expect(annotations["summary"]?.length).toBeGreaterThan(10);
      expect(annotations["action"]?.length).toBeGreaterThan(10);
      expect(["page", "ticket"]).toContain(labels.severity);
    }
  });
});

describe("expressions", () => {
  /** Metrics that our own services declare, from their sources: a renamed one must not leave an empty graph behind. */
  const declared = new Set(
    [
      "automation-api/src/http/metrics.ts",
      "automation-api/src/runner/metrics.ts",
      "automation-api/src/watchdog/metrics.ts",
      "automation-api/src/watchdog/diskMetrics.ts",
      "dashboard/server/metrics/consoleMetrics.ts",
      "data-plane/src/observability/metrics.ts",
    ].flatMap((file) => {
      const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8");
      return text.match(/supalove_\w+/g) ?? [];
    }),
  );
  const used = [...dashboardQueries(), ...alertExpressions()].flatMap(({ expr }) => expr.match(/supalove_\w+/g) ?? []);

  it("name only metrics that exist", () => {
    const known = new Set([...declared, ...POSTGRES_METRICS]);
    const unknown = used.filter((name) => !known.has(name) && !known.has(name.replace(/_bucket$/, "")));
    expect(unknown).toEqual([]);
  });
});

describe("the exporter's queries", () => {
  it("have no label that grows with the number of tenants", () => {
    const file = JSON.parse(buildPostgresQueries()) as Record<
      string,
      { query: string; metrics: Record<string, { usage: string }>[] }
    >;
    const labels = Object.values(file).flatMap(({ metrics }) =>
      metrics.flatMap((metric) => Object.entries(metric).filter(([, { usage }]) => usage === "LABEL")),
    );
    expect(labels.map(([name]) => name)).toEqual(["state"]);
  });
});
