import { Container } from "@pulumi/docker/container.js";
import { RemoteImage } from "@pulumi/docker/remoteImage.js";
import * as pulumi from "@pulumi/pulumi";

export interface ContainerNetwork {
  readonly name: pulumi.Input<string>;
  /** Names it answers to there, beside its own. */
  readonly aliases?: readonly string[];
  /** Fixed address; only on networks with a subnet that was asked for. */
  readonly ipv4Address?: pulumi.Input<string>;
}

export interface ServiceContainerArgs {
  readonly containerName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Image reference, in the engine already or to be had by it. */
  readonly image: pulumi.Input<string>;
  /** The first one is where published ports come from. */
  readonly networks: readonly ContainerNetwork[];
  /** `host` for the one part that works on the host's own network. */
  readonly networkMode?: string;
  readonly ports?: readonly { readonly internal: number; readonly external: number }[];
  /** Address of the host that ports are published on. */
  readonly bindAddress?: string;
  readonly command?: readonly string[];
  /** Environment; all of it is secret in the state. */
  readonly env?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  /** Files put into the container before it starts. */
  readonly files?: readonly ContainerFile[];
  readonly mounts?: readonly { readonly volume: pulumi.Input<string>; readonly target: string }[];
  /** Host paths, for the one part that needs the Docker socket. */
  readonly binds?: readonly { readonly source: string; readonly target: string }[];
  /** Folders in memory, with their size in mebibytes. */
  readonly tmpfs?: Readonly<Record<string, number>>;
  /** Healthcheck as Docker takes it, for an image that has none of its own in one of the sets. */
  readonly healthcheck?: {
    readonly tests: readonly string[];
    readonly interval: string;
    /** Failures that count from the start on; default 10. */
    readonly retries?: number;
  };
  /** Whether whatever depends on it waits until it is healthy; needs a healthcheck. Default: true. */
  readonly wait?: boolean;
  /** Seconds until it must be healthy. Default: 180. */
  readonly waitSeconds?: number;
  readonly memoryMebibytes: number;
  /** Weight among containers that want the processor at the same time; Docker's default is 1024. */
  readonly cpuShares?: number;
  /** Processors it may use at most, as 1.5. */
  readonly cpus?: number;
  readonly shmMebibytes?: number;
  /** Further groups of the container's user, by number. */
  readonly groups?: readonly string[];
  /** Seconds that it is given to stop. */
  readonly stopSeconds?: number;
  readonly capabilities?: readonly string[];
  readonly stopSignal?: string;
}

export interface ContainerFile {
  readonly path: string;
  readonly content: pulumi.Input<string>;
}

/**
 * A container the way all of them run: from an image that is here already, healthy before anything that depends on it goes
 * on, restarted with the engine, with bounded memory and logs, without capabilities it was not given.
 */
export function serviceContainer(
  name: string,
  args: ServiceContainerArgs,
  opts: pulumi.CustomResourceOptions,
): Container {
  const envs = pulumi.output(args.env ?? {}).apply((env) =>
    Object.entries(env)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
  );
  const stopSeconds = args.stopSeconds ?? 20;
  return new Container(
    name,
    {
      name: args.containerName,
      image: localImage(`${name}-image`, args.image, opts),
      ...(args.command === undefined ? {} : { command: [...args.command] }),
      ...(args.env === undefined ? {} : { envs: pulumi.secret(envs) }),
      ...(args.networkMode === undefined ? {} : { networkMode: args.networkMode }),
      networksAdvanced: args.networks.map(({ name: network, aliases, ipv4Address }) => ({
        name: network,
        ...(aliases === undefined ? {} : { aliases: [...aliases] }),
        ...(ipv4Address === undefined ? {} : { ipv4Address }),
      })),
      ports: (args.ports ?? []).map((port) => ({
        ...port,
        ...(args.bindAddress === undefined ? {} : { ip: args.bindAddress }),
      })),
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
              retries: args.healthcheck.retries ?? 10,
            },
          }),
      wait: args.wait ?? true,
      waitTimeout: args.waitSeconds ?? 180,
      init: true,
      restart: "unless-stopped",
      memory: args.memoryMebibytes,
      // Both or neither, else every update sees a change.
      memorySwap: 2 * args.memoryMebibytes,
      ...(args.cpuShares === undefined ? {} : { cpuShares: args.cpuShares }),
      ...(args.cpus === undefined ? {} : { cpus: args.cpus.toFixed(1) }),
      ...(args.shmMebibytes === undefined ? {} : { shmSize: args.shmMebibytes }),
      ...(args.groups === undefined ? {} : { groupAdds: [...args.groups] }),
      ...(args.stopSignal === undefined ? {} : { stopSignal: args.stopSignal }),
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      labels: Object.entries(args.labels).map(([label, value]) => ({ label, value })),
      stopTimeout: stopSeconds,
      destroyGraceSeconds: stopSeconds,
      // The engine gives them back under their whole names: any other would look like a change.
      capabilities: {
        drops: ["ALL"],
        ...(args.capabilities === undefined ? {} : { adds: args.capabilities.map((name) => `CAP_${name}`).sort() }),
      },
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
