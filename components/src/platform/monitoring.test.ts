import { Provider } from "@pulumi/postgresql/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { type ResourceGraph, recordGraph } from "../testing/resourceGraph.ts";
import type { Monitoring, MonitoringArgs } from "./monitoring.ts";

let made: Monitoring;
const build = (args: Partial<MonitoringArgs>): Promise<ResourceGraph> =>
  recordGraph(async (opts) => {
    const { Monitoring } = await import("./monitoring.ts");
    made = new Monitoring(
      "monitoring",
      {
        instance: "t",
        images: { prometheus: "supalove/prometheus:1" },
        bindAddress: "127.0.0.1",
        ports: { prometheus: 9090, grafana: 3001 },
        networks: { edge: "t-edge", control: "t-control" },
        ...args,
      },
      opts,
    );
  });

const withClusters = () =>
  recordGraph(async (opts) => {
    const { Monitoring } = await import("./monitoring.ts");
    const cluster = (name: "control-db" | "shared-db", network: string) => ({
      name,
      network,
      provider: new Provider(`${name}-provider`, { host: "127.0.0.1" }),
      server: new pulumi.ComponentResource("test:index:Server", `${name}-server`, {}, opts),
    });
    made = new Monitoring(
      "monitoring",
      {
        instance: "t",
        images: { prometheus: "p:1", postgresExporter: "e:1", grafana: "g:1" },
        bindAddress: "127.0.0.1",
        ports: { prometheus: 9090, grafana: 3001 },
        networks: { edge: "t-edge", control: "t-control" },
        clusters: [cluster("control-db", "t-control"), cluster("shared-db", "t-data")],
      },
      opts,
    );
  });

interface Upload {
  readonly file: string;
  readonly content: string;
}
const CONTAINER = "docker:index/container:Container";

/** Jobs that an uploaded configuration asks. */
async function jobs(graph: ResourceGraph): Promise<string[]> {
  const uploads = await graph.value<readonly Upload[]>("monitoring-prometheus", "uploads");
  const config = JSON.parse(uploads.find(({ file }) => file.endsWith("prometheus.yml"))?.content ?? "{}") as {
    scrape_configs: { job_name: string }[];
  };
  return config.scrape_configs.map(({ job_name }) => job_name);
}

describe("Monitoring", () => {
  it("makes a cluster's login only once the server answers", async () => {
    const graph = await withClusters();
    for (const name of ["control-db", "shared-db"]) {
      expect(await graph.dependsOn(`monitoring-${name}-monitor`)).toEqual([`${name}-server`]);
    }
  });

  it("is Prometheus alone where no other image can be had", async () => {
    const graph = await build({});
    expect(graph.ofType(CONTAINER)).toEqual(["monitoring-prometheus"]);
    expect(await jobs(graph)).toEqual(["api", "runner", "gateway", "dashboard", "keycloak", "prometheus"]);
    expect(made.grafana).toBeUndefined();
  });

  it("has an exporter and a login for each Postgres, Grafana after Prometheus", async () => {
    const graph = await withClusters();
    expect(graph.ofType(CONTAINER).sort()).toEqual([
      "monitoring-control-db-exporter",
      "monitoring-grafana",
      "monitoring-prometheus",
      "monitoring-shared-db-exporter",
    ]);
    expect(await jobs(graph)).toEqual([
      "api",
      "runner",
      "gateway",
      "dashboard",
      "keycloak",
      "prometheus",
      "control-db",
      "shared-db",
    ]);
    expect(await graph.dependsOn("monitoring-shared-db-exporter")).toEqual(["monitoring-shared-db-monitor"]);
    expect(await graph.dependsOn("monitoring-grafana")).toEqual(["monitoring-prometheus"]);
    expect(await pulumi.isSecret(made.grafanaAdmin?.password ?? pulumi.output(""))).toBe(true);
  });

  it("gives the exporters' login no power but to look at figures", async () => {
    const graph = await withClusters();
    for (const name of ["monitoring-control-db-monitor", "monitoring-shared-db-monitor"]) {
      expect(await graph.value(name, "roles")).toEqual(["pg_monitor"]);
      expect(await graph.value(name, "connectionLimit")).toBe(3);
      expect(await graph.value<string>(name, "password")).toMatch(/^SCRAM-SHA-256\$/);
      for (const power of ["superuser", "createRole", "createDatabase", "replication", "bypassRowLevelSecurity"]) {
        expect(await graph.value(name, power), power).not.toBe(true);
      }
    }
    expect(await graph.isSecret("monitoring-shared-db-exporter", "envs")).toBe(true);
  });

  it("keeps its volumes", async () => {
    const graph = await withClusters();
    const volumes = graph.ofType("docker:index/volume:Volume");
    expect(volumes).toHaveLength(2);
    for (const name of volumes) expect(graph.get(name).opts.protect).toBe(true);
  });

  it("publishes Prometheus and Grafana, no exporter", async () => {
    const graph = await withClusters();
    const ports = async (name: string) =>
      (await graph.value<{ external: number; ip: string }[]>(name, "ports")).map(({ external, ip }) => [ip, external]);
    expect(await ports("monitoring-prometheus")).toEqual([["127.0.0.1", 9090]]);
    expect(await ports("monitoring-grafana")).toEqual([["127.0.0.1", 3001]]);
    expect(await ports("monitoring-shared-db-exporter")).toEqual([]);
  });
});
