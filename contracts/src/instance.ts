import { z } from "zod";

/** An instance is one platform on a machine; all its names derive from this word. */
export const InstanceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,19}$/, "an instance name is 1 to 20 of a-z, 0-9 and '-', and starts with a letter");
export type InstanceName = z.infer<typeof InstanceName>;

export const DEFAULT_INSTANCE = "supalove";

/** TCP ports of an instance on its bind address. */
export interface InstancePorts {
  readonly dashboard: number;
  readonly api: number;
  readonly gateway: number;
  readonly keycloak: number;
  readonly grafana: number;
  readonly prometheus: number;
  readonly sharedCluster: number;
  readonly controlDatabase: number;
  /** First port of the range that dedicated projects' gateways are given. */
  readonly dedicatedFrom: number;
}

const DEFAULT_PORTS: InstancePorts = {
  dashboard: 3000,
  api: 8000,
  gateway: 8080,
  keycloak: 8180,
  grafana: 3001,
  prometheus: 9090,
  sharedCluster: 5433,
  controlDatabase: 5434,
  dedicatedFrom: 5500,
};

/** Ports that dedicated projects of the default instance may be given. */
const DEFAULT_DEDICATED_PORTS = 500;

/** How many ports a block of a non-default instance holds, its dedicated gateways included. */
export const PORT_BLOCK = 200;

/**
 * Ports of an instance: the documented defaults, or a block starting at `base` for an instance beside another.
 * @param base first port of the block; undefined for the default ports
 */
export function instancePorts(base?: number): InstancePorts {
  if (base === undefined) return DEFAULT_PORTS;
  return {
    dashboard: base,
    api: base + 1,
    gateway: base + 2,
    keycloak: base + 3,
    grafana: base + 4,
    prometheus: base + 5,
    sharedCluster: base + 6,
    controlDatabase: base + 7,
    dedicatedFrom: base + 20,
  };
}

/** Dedicated projects' ports of an instance, both ends included: a block beside others ends with itself. */
export function dedicatedPorts(base?: number): { readonly from: number; readonly to: number } {
  const from = instancePorts(base).dedicatedFrom;
  return { from, to: base === undefined ? from + DEFAULT_DEDICATED_PORTS - 1 : base + PORT_BLOCK - 1 };
}

/** The address that this machine reaches what is published on another one by: "any" is no address to connect to. */
export function reachableAddress(bindAddress: string): string {
  const any: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  return any[bindAddress] ?? bindAddress;
}

/** The same as it stands in a URL. */
export function reachableHost(bindAddress: string): string {
  const address = reachableAddress(bindAddress);
  return address.includes(":") ? `[${address}]` : address;
}

/** The parts of the platform; also the last word of the container's name and its alias on the internal networks. */
export const PLATFORM_SERVICES = [
  "control-db",
  "shared-db",
  "keycloak",
  "api",
  "runner",
  "gateway",
  "prometheus",
  "control-db-exporter",
  "shared-db-exporter",
  "grafana",
  "dashboard",
  "firewall",
] as const;
export type PlatformService = (typeof PLATFORM_SERVICES)[number];

/** Name of a container, volume or network of the platform: `<instance>-<part>`. */
export function platformName(instance: InstanceName, part: string): string {
  return `${instance}-${part}`;
}

/** Label keys on every container, volume and network (design: "API"). */
export const LABELS = {
  instance: "supalove.instance",
  project: "supalove.project",
  service: "supalove.service",
  /** On containers that hold secrets which were rotated: which generations they hold. */
  secrets: "supalove.secrets",
} as const;
