import { Container } from "@pulumi/docker/container.js";
import { RemoteImage } from "@pulumi/docker/remoteImage.js";
import * as pulumi from "@pulumi/pulumi";
import { type InstanceName, LABELS, type PlatformService, platformName } from "@supalove/contracts";

export interface PlatformContainerArgs {
  readonly instance: InstanceName;
  /** Part of the platform: the container is `<instance>-<service>`, its alias on every network but `edge` `<service>`. */
  readonly service: PlatformService | "control-db-exporter" | "shared-db-exporter";
  /** Image reference, in the local engine already. */
  readonly image: pulumi.Input<string>;
  /** Names of the Docker networks. The first one is where published ports come from. */
  readonly networks: readonly { readonly name: pulumi.Input<string>; readonly alias: boolean }[];
  readonly ports?: readonly { readonly internal: number; readonly external: number }[];
  readonly bindAddress: string;
  readonly command?: readonly string[];
  /** Environment; all of it is secret in the state. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Files put into the container before it starts. */
  readonly files?: readonly PlatformFile[];
  readonly mounts?: readonly { readonly volume: pulumi.Input<string>; readonly target: string }[];
  /** Host paths, for the one part that needs the Docker socket. */
  readonly binds?: readonly { readonly source: string; readonly target: string }[];
  /** Folders in memory, with their size in mebibytes. */
  readonly tmpfs?: Readonly<Record<string, number>>;
  /** Healthcheck as Docker takes it, for an image that has none of its own in one of the sets. */
  readonly healthcheck?: { readonly tests: readonly string[]; readonly interval: string };
  /** Seconds until it must be healthy. Default: 180. */
  readonly waitSeconds?: number;
  readonly memoryMebibytes: number;
  /** Weight among containers that want the processor at the same time; Docker's default is 1024. */
  readonly cpuShares?: number;
  readonly shmMebibytes?: number;
  /** Further groups of the container's user, by number. */
  readonly groups?: readonly string[];
  /** Seconds that it is given to stop. */
  readonly stopSeconds?: number;
  readonly capabilities?: readonly string[];
  readonly stopSignal?: string;
}

export interface PlatformFile {
  readonly path: string;
  readonly content: pulumi.Input<string>;
}

/**
 * A container of the platform, the way all of them run: from an image that is here already, healthy before anything that
 * depends on it goes on, restarted with the engine, with bounded memory and logs, without capabilities it was not given.
 */
export function platformContainer(
  name: string,
  args: PlatformContainerArgs,
  opts: pulumi.CustomResourceOptions,
): Container {
  const labels = [
    { label: LABELS.instance, value: args.instance },
    { label: LABELS.service, value: args.service },
  ];
  const env = Object.entries(args.env ?? {});
  const envs = pulumi
    .all(env.map(([, value]) => value))
    .apply((values) => env.map(([key], index) => `${key}=${values[index]}`).sort());
  const stopSeconds = args.stopSeconds ?? 20;
  return new Container(
    name,
    {
      name: platformName(args.instance, args.service),
      image: localImage(`${name}-image`, args.image, opts),
      ...(args.command === undefined ? {} : { command: [...args.command] }),
      ...(env.length === 0 ? {} : { envs: pulumi.secret(envs) }),
      networksAdvanced: args.networks.map(({ name: network, alias }) => ({
        name: network,
        ...(alias ? { aliases: [args.service] } : {}),
      })),
      ports: (args.ports ?? []).map((port) => ({ ...port, ip: args.bindAddress })),
      mounts: [
        ...(args.mounts ?? []).map(({ volume, target }) => ({ type: "volume", source: volume, target })),
        ...(args.binds ?? []).map(({ source, target }) => ({ type: "bind", source, target })),
      ],
      ...(args.tmpfs === undefined ? {} : { tmpfs: tmpfsOptions(args.tmpfs) }),
      // Readable for the container's user, who owns nothing there: the engine gives such files to root.
      uploads: (args.files ?? []).map(({ path, content }) => ({
        file: path,
        content: pulumi.secret(content),
        permissions: "0444",
      })),
      // A resource that depends on this one finds it healthy. The healthcheck is the image's unless one is given.
      ...(args.healthcheck === undefined
        ? {}
        : {
            healthcheck: {
              tests: [...args.healthcheck.tests],
              interval: args.healthcheck.interval,
              timeout: "5s",
              startPeriod: "3m0s",
              retries: 10,
            },
          }),
      wait: true,
      waitTimeout: args.waitSeconds ?? 180,
      init: true,
      restart: "unless-stopped",
      memory: args.memoryMebibytes,
      // Both or neither, else every update sees a change.
      memorySwap: 2 * args.memoryMebibytes,
      ...(args.cpuShares === undefined ? {} : { cpuShares: args.cpuShares }),
      ...(args.shmMebibytes === undefined ? {} : { shmSize: args.shmMebibytes }),
      ...(args.groups === undefined ? {} : { groupAdds: [...args.groups] }),
      ...(args.stopSignal === undefined ? {} : { stopSignal: args.stopSignal }),
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      labels,
      stopTimeout: stopSeconds,
      destroyGraceSeconds: stopSeconds,
      capabilities: { drops: ["ALL"], ...(args.capabilities === undefined ? {} : { adds: [...args.capabilities] }) },
      securityOpts: ["no-new-privileges"],
    },
    {
      ...opts,
      // Its name can exist once only.
      deleteBeforeReplace: true,
      // The provider takes a new healthcheck for an update in place, and then does nothing.
      replaceOnChanges: ["healthcheck"],
      customTimeouts: { create: `${(args.waitSeconds ?? 180) + 120}s` },
    },
  );
}

const tmpfsOptions = (folders: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(folders).map(([path, size]) => [path, `rw,nosuid,nodev,size=${size}m`]));

/** Id of an image by its reference; pulled only where the engine does not have it, and never removed with the stack. */
function localImage(name: string, reference: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
  const { parent, provider } = opts;
  return new RemoteImage(
    name,
    { name: reference, keepLocally: true },
    { ...(parent === undefined ? {} : { parent }), ...(provider === undefined ? {} : { provider }) },
  ).imageId;
}
