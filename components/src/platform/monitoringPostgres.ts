import type { Container } from "@pulumi/docker/container.js";
import type { Provider } from "@pulumi/postgresql/provider.js";
import { Role } from "@pulumi/postgresql/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceName } from "@supalove/contracts";
import { scramVerifier } from "../provider/scram.ts";
import { PASSWORD_LENGTH, randomSecret } from "../randomSecrets.ts";
import { httpHealthcheck } from "./monitoringHealth.ts";
import { platformContainer } from "./platformContainer.ts";
import { buildPostgresQueries } from "./prometheus/buildPostgresQueries.ts";
import type { ScrapeTarget } from "./prometheus/buildPrometheusConfig.ts";

/** Login of the exporters; no tenant is a member of it. Named in `pg_hba.conf`, where it may reach database `postgres` alone. */
export const MONITOR_LOGIN = "supalove_monitor";

const QUERIES_FILE = "/etc/postgres-exporter/queries.json";
const PORT = 9187;

/** A Postgres cluster that is to be watched. */
export interface MonitoredCluster {
  readonly name: "control-db" | "shared-db";
  /** Default: 5432. */
  readonly port?: number;
  /** Docker network on which the cluster answers to its name. */
  readonly network: pulumi.Input<string>;
  /** Superuser's provider, for the login. */
  readonly provider: Provider;
  /** The server, which must answer before the login can be made; a provider alone waits for nothing. */
  readonly server: pulumi.Resource;
}

export interface PostgresExporterArgs {
  readonly instance: InstanceName;
  readonly image: pulumi.Input<string>;
  readonly bindAddress: string;
  /** Network on which Prometheus asks. */
  readonly control: pulumi.Input<string>;
  readonly cluster: MonitoredCluster;
}

/** A login that sees a cluster's figures and nothing of its data, and the exporter that uses it. */
export function postgresExporter(
  name: string,
  { instance, image, bindAddress, control, cluster }: PostgresExporterArgs,
  parent: pulumi.Resource,
): { readonly container: Container; readonly target: ScrapeTarget } {
  const service = `${cluster.name}-exporter` as const;
  const password = randomSecret(`${name}-monitor-password`, PASSWORD_LENGTH, parent);
  const role = new Role(
    `${name}-monitor`,
    {
      name: MONITOR_LOGIN,
      login: true,
      password: pulumi.secret(password.apply((text) => scramVerifier(MONITOR_LOGIN, text))),
      roles: ["pg_monitor"],
      connectionLimit: 3,
      skipReassignOwned: true,
    },
    { parent, provider: cluster.provider, dependsOn: [cluster.server] },
  );
  const container = platformContainer(
    `${name}-exporter`,
    {
      instance,
      service,
      image,
      bindAddress,
      networks:
        cluster.name === "control-db"
          ? [{ name: control, alias: true }]
          : [
              { name: control, alias: true },
              { name: cluster.network, alias: false },
            ],
      command: [
        // Its own figures have a label for each database; ours are sums.
        "--disable-default-metrics",
        "--disable-settings-metrics",
        "--no-collector.database",
        "--no-collector.bgwriter",
        `--extend.query-path=${QUERIES_FILE}`,
      ],
      env: {
        DATA_SOURCE_URI: `${cluster.name}:${cluster.port ?? 5432}/postgres?sslmode=disable&statement_timeout=10000&application_name=${MONITOR_LOGIN}`,
        DATA_SOURCE_USER: MONITOR_LOGIN,
        DATA_SOURCE_PASS: password,
      },
      files: [{ path: QUERIES_FILE, content: buildPostgresQueries() }],
      healthcheck: httpHealthcheck(PORT, "/"),
      memoryMebibytes: 64,
    },
    { parent, dependsOn: [role] },
  );
  return { container, target: { job: cluster.name, host: service, port: PORT } };
}
