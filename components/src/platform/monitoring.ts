import type { Container } from "@pulumi/docker/container.js";
import { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import { type InstanceName, type InstancePorts, LABELS, platformName } from "@supalove/contracts";
import { PASSWORD_LENGTH, randomSecret } from "../randomSecrets.ts";
import { dashboardFiles } from "./grafana/dashboardFiles.ts";
import { httpHealthcheck } from "./monitoringHealth.ts";
import { type MonitoredCluster, postgresExporter } from "./monitoringPostgres.ts";
import { platformContainer } from "./platformContainer.ts";
import { buildAlertRules } from "./prometheus/buildAlertRules.ts";
import {
  buildPrometheusConfig,
  PROMETHEUS_CONFIG_FILE,
  RULES_FILE,
  type ScrapeTarget,
  SERVICE_TARGETS,
} from "./prometheus/buildPrometheusConfig.ts";

export interface MonitoringArgs {
  readonly instance: InstanceName;
  /** References of images. Without `postgresExporter` the clusters are not watched, without `grafana` there is none. */
  readonly images: {
    readonly prometheus: pulumi.Input<string>;
    readonly postgresExporter?: pulumi.Input<string> | undefined;
    readonly grafana?: pulumi.Input<string> | undefined;
  };
  readonly bindAddress: string;
  /** Published ports. */
  readonly ports: Pick<InstancePorts, "prometheus" | "grafana">;
  /** Names of the Docker networks: `edge` publishes the ports, on `control` are the parts that are watched. */
  readonly networks: { readonly edge: pulumi.Input<string>; readonly control: pulumi.Input<string> };
  /** Postgres clusters to watch. */
  readonly clusters?: readonly MonitoredCluster[];
  /** How long figures are kept, and how much of them at most. Default: 15 days, 1024 MB. */
  readonly retention?: { readonly days?: number; readonly megabytes?: number };
}

/** Prometheus with the platform's targets and alerts; an exporter for each Postgres; Grafana where it can be had. */
export class Monitoring extends pulumi.ComponentResource {
  readonly prometheus: Container;
  readonly grafana: Container | undefined;
  /** As network `control` reaches it. */
  readonly prometheusUrl: string;
  /** Login of Grafana's first user, where there is a Grafana. */
  readonly grafanaAdmin: { readonly username: string; readonly password: pulumi.Output<string> } | undefined;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:Monitoring", name, {}, opts);
    const { instance, bindAddress, images, networks } = args;
    const exporter = images.postgresExporter;
    const watched =
      exporter === undefined
        ? []
        : (args.clusters ?? []).map((cluster) =>
            postgresExporter(
              `${name}-${cluster.name}`,
              { instance, image: exporter, bindAddress, control: networks.control, cluster },
              this,
            ),
          );
    this.prometheusUrl = "http://prometheus:9090";
    this.prometheus = this.#prometheus(name, args, [...SERVICE_TARGETS, ...watched.map(({ target }) => target)]);
    if (images.grafana !== undefined) {
      const password = randomSecret(`${name}-grafana-admin`, PASSWORD_LENGTH, this);
      this.grafanaAdmin = { username: "admin", password };
      this.grafana = this.#grafana(name, args, images.grafana, password);
    }
    this.registerOutputs();
  }

  #prometheus(name: string, args: MonitoringArgs, targets: readonly ScrapeTarget[]): Container {
    const { days = 15, megabytes = 1024 } = args.retention ?? {};
    return platformContainer(
      `${name}-prometheus`,
      {
        instance: args.instance,
        service: "prometheus",
        image: args.images.prometheus,
        bindAddress: args.bindAddress,
        networks: networksOf(args),
        ports: [{ internal: 9090, external: args.ports.prometheus }],
        command: [
          `--config.file=${PROMETHEUS_CONFIG_FILE}`,
          "--storage.tsdb.path=/prometheus",
          `--storage.tsdb.retention.time=${days}d`,
          `--storage.tsdb.retention.size=${megabytes}MB`,
          // What a query may cost: the port is open to every process of this machine.
          "--query.timeout=30s",
          "--query.max-concurrency=4",
          "--query.max-samples=10000000",
        ],
        files: [
          { path: PROMETHEUS_CONFIG_FILE, content: buildPrometheusConfig(targets) },
          { path: RULES_FILE, content: buildAlertRules() },
        ],
        mounts: [{ volume: this.#volume(name, args.instance, "prometheus"), target: "/prometheus" }],
        healthcheck: httpHealthcheck(9090, "/-/ready"),
        memoryMebibytes: 512,
      },
      { parent: this },
    );
  }

  #grafana(
    name: string,
    args: MonitoringArgs,
    image: pulumi.Input<string>,
    password: pulumi.Output<string>,
  ): Container {
    return platformContainer(
      `${name}-grafana`,
      {
        instance: args.instance,
        service: "grafana",
        image,
        bindAddress: args.bindAddress,
        networks: networksOf(args),
        ports: [{ internal: 3000, external: args.ports.grafana }],
        env: {
          GF_SECURITY_ADMIN_USER: "admin",
          GF_SECURITY_ADMIN_PASSWORD: password,
          GF_USERS_ALLOW_SIGN_UP: "false",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
          GF_SERVER_ROOT_URL: `http://localhost:${args.ports.grafana}/`,
        },
        files: dashboardFiles(this.prometheusUrl),
        mounts: [{ volume: this.#volume(name, args.instance, "grafana"), target: "/var/lib/grafana" }],
        healthcheck: httpHealthcheck(3000, "/api/health"),
        memoryMebibytes: 384,
      },
      { parent: this, dependsOn: [this.prometheus] },
    );
  }

  #volume(name: string, instance: InstanceName, part: "prometheus" | "grafana"): pulumi.Output<string> {
    return new Volume(
      `${name}-${part}-data`,
      {
        name: platformName(instance, `${part}-data`),
        labels: [{ label: LABELS.instance, value: instance }],
      },
      // Every argument of a volume replaces it, and with it all data.
      { parent: this, protect: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
    ).name;
  }
}

const networksOf = ({ networks }: MonitoringArgs) => [
  { name: networks.edge, alias: false },
  { name: networks.control, alias: true },
];
