import { type InstanceName, type InstancePorts, PLATFORM_SERVICES, platformName } from "@supalove/contracts";
import type { ContainerInfo } from "../docker/docker.ts";
import type { DriftStatus } from "../drift/driftLine.ts";

export type ServiceState = "healthy" | "starting" | "unhealthy" | "stopped" | "unavailable";

/** State of one part of the platform. */
export interface ServiceStatus {
  readonly name: string;
  readonly status: ServiceState;
  readonly detail: string;
}

/** What `status --json` prints (design: "API"). */
export interface PlatformStatus {
  readonly instance: string;
  readonly healthy: boolean;
  /** Where its third-party images come from. */
  readonly image_set: "local" | "upstream";
  readonly urls: {
    readonly dashboard: string;
    readonly api: string;
    readonly gateway: string;
    readonly keycloak: string;
    readonly prometheus: string;
    readonly grafana: string | null;
  };
  readonly services: readonly ServiceStatus[];
  /** What the last look for drift found; null where nobody looked. */
  readonly drift: DriftStatus | null;
}

/** What Docker does not know of an instance. */
export interface KnownOfInstance {
  readonly publicHost: string;
  readonly imageSet: PlatformStatus["image_set"];
  readonly drift: DriftStatus | null;
}

/**
 * Puts an instance's status together from what Docker says about its containers.
 * @param known host name in the URLs, the image set, and the last look for drift
 * @param unavailable reason by part, for parts that this image set has no image for
 */
export function assembleStatus(
  instance: InstanceName,
  ports: InstancePorts,
  containers: readonly ContainerInfo[],
  unavailable: Readonly<Record<string, string>>,
  { publicHost, imageSet, drift }: KnownOfInstance,
): PlatformStatus {
  const byName = new Map(containers.map((container) => [container.Name, container]));
  const services = PLATFORM_SERVICES.map((name): ServiceStatus => {
    const container = byName.get(platformName(instance, name));
    if (container !== undefined) return { name, ...containerState(container) };
    const reason = unavailable[name];
    return reason === undefined
      ? { name, status: "stopped", detail: "no container" }
      : { name, status: "unavailable", detail: reason };
  });
  const url = (port: number) => `http://${publicHost}:${port}`;
  const urlUnless = (part: string, port: number) =>
    services.some(({ name, status }) => name === part && status === "unavailable") ? null : url(port);
  return {
    instance,
    healthy: services.every(({ status }) => status === "healthy" || status === "unavailable"),
    image_set: imageSet,
    urls: {
      dashboard: url(ports.dashboard),
      api: url(ports.api),
      gateway: url(ports.gateway),
      keycloak: url(ports.keycloak),
      prometheus: url(ports.prometheus),
      grafana: urlUnless("grafana", ports.grafana),
    },
    services,
    drift,
  };
}

/** State of one container in the words of the status. */
export function containerState({ State, RestartCount }: ContainerInfo): Omit<ServiceStatus, "name"> {
  const restarts = RestartCount > 0 ? `, restarted ${RestartCount} times` : "";
  switch (State.Status) {
    case "running": {
      const health = State.Health?.Status;
      if (health === undefined || health === "none") return { status: "healthy", detail: `running${restarts}` };
      if (health === "healthy") return { status: "healthy", detail: `healthy${restarts}` };
      const last = State.Health?.Log?.at(-1);
      const words = last === undefined || last.ExitCode === 0 ? "" : `: ${lastLine(last.Output)}`;
      return { status: health === "starting" ? "starting" : "unhealthy", detail: `${health}${words}${restarts}` };
    }
    case "created":
    case "restarting":
      return { status: State.Status === "created" ? "stopped" : "unhealthy", detail: `${State.Status}${restarts}` };
    default: {
      const reason = State.OOMKilled ? "out of memory" : State.Error || `exit code ${State.ExitCode}`;
      return { status: "stopped", detail: `${State.Status}, ${reason}` };
    }
  }
}

function lastLine(text: string): string {
  return (text.trim().split("\n").at(-1) ?? "").slice(0, 200);
}
