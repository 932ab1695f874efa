import type { Container } from "@pulumi/docker/container.js";
import { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import { type ApiEnv, type InstanceName, LABELS, platformName, type RunnerEnv } from "@supalove/contracts";
import { platformContainer } from "./platformContainer.ts";
import { type ServiceEnv, serviceEnv } from "./serviceEnvironment.ts";

export interface ControlPlaneArgs {
  readonly instance: InstanceName;
  /** References of images `api` and `runner`. */
  readonly images: { readonly api: pulumi.Input<string>; readonly runner: pulumi.Input<string> };
  readonly bindAddress: string;
  /** Published port of the API. */
  readonly port: number;
  readonly networks: {
    readonly edge: pulumi.Input<string>;
    readonly control: pulumi.Input<string>;
    readonly data: pulumi.Input<string>;
  };
  readonly apiEnv: ServiceEnv<typeof ApiEnv>;
  readonly runnerEnv: ServiceEnv<typeof RunnerEnv>;
  /** Passphrase of the project stacks' secrets; only the runner gets it, as the file its environment names. */
  readonly passphrase: pulumi.Input<string>;
  /** The Docker engine's socket and the group that may use it; only the runner gets it. */
  readonly dockerSocket: { readonly path: string; readonly group: string };
}

/** Where the runner finds the passphrase. */
export const PASSPHRASE_FILE = "/run/supalove/passphrase";
/** Home of the engine in the runner's image. */
export const RUNNER_PULUMI_HOME = "/opt/pulumi";

/** Where the runner keeps backups. Its image has the folder, whose owner a fresh volume takes over. */
export const BACKUP_FOLDER = "/var/lib/supalove/backups";

/** The API and the runner behind it. Only the runner holds the socket, the passphrase and the cluster's password. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly api: Container;
  readonly runner: Container;

  constructor(name: string, args: ControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:ControlPlane", name, {}, opts);
    const { instance, bindAddress, networks } = args;
    const backups = new Volume(
      `${name}-backups`,
      { name: platformName(instance, "backups"), labels: [{ label: LABELS.instance, value: instance }] },
      // Every argument of a volume replaces it, and with it all data.
      { parent: this, protect: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
    );
    this.runner = platformContainer(
      `${name}-runner`,
      {
        instance,
        service: "runner",
        image: args.images.runner,
        bindAddress,
        // Servers' engines are reached over `edge`, the one network that leads out; its members can't reach one another.
        networks: [
          { name: networks.edge, alias: false },
          { name: networks.control, alias: true },
          { name: networks.data, alias: true },
        ],
        env: serviceEnv(args.runnerEnv),
        files: [{ path: PASSPHRASE_FILE, content: args.passphrase }],
        mounts: [{ volume: backups.name, target: BACKUP_FOLDER }],
        binds: [{ source: args.dockerSocket.path, target: "/var/run/docker.sock" }],
        groups: [args.dockerSocket.group],
        memoryMebibytes: 2048,
        // Engines take every core they get; people and tenants who wait for an answer come first.
        cpuShares: 256,
        // An operation that is told to stop ends its engine in order.
        stopSeconds: 60,
      },
      { parent: this },
    );
    // The runner applies the migrations that the API needs.
    this.api = platformContainer(
      `${name}-api`,
      {
        instance,
        service: "api",
        image: args.images.api,
        bindAddress,
        networks: [
          { name: networks.edge, alias: false },
          { name: networks.control, alias: true },
        ],
        ports: [{ internal: 8000, external: args.port }],
        env: serviceEnv(args.apiEnv),
        memoryMebibytes: 512,
      },
      { parent: this, dependsOn: [this.runner] },
    );
    this.registerOutputs();
  }
}
