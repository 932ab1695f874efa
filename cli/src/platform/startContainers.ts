import { setTimeout as sleep } from "node:timers/promises";
import { LABELS, platformName } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { type ContainerInfo, containersWith, mustDocker } from "../docker/docker.ts";

/** The parts that the base stack's own providers talk to: they must answer before the engine runs. */
export const NEEDED_BY_PROVIDERS = ["control-db", "shared-db", "keycloak"] as const;

/** An instance's containers, its projects' included. */
export function instanceContainers(context: CliContext): Promise<readonly ContainerInfo[]> {
  return containersWith(`${LABELS.instance}=${context.instance}`);
}

const stopped = (container: ContainerInfo) => ["exited", "created", "dead"].includes(container.State.Status);

/**
 * Starts those of an instance's containers that stand still, after `down` or an unclean end of the engine.
 * @returns how many were started
 */
export async function startStopped(
  containers: readonly ContainerInfo[],
  which: (container: ContainerInfo) => boolean = () => true,
): Promise<number> {
  const due = containers.filter((container) => stopped(container) && which(container));
  if (due.length > 0) await mustDocker(["start", ...due.map(({ Id }) => Id)]);
  return due.length;
}

/** Starts the databases and Keycloak where they stand still, and waits until they answer. */
export async function startForProviders(context: CliContext, containers: readonly ContainerInfo[]): Promise<number> {
  const names = new Set(NEEDED_BY_PROVIDERS.map((part) => platformName(context.instance, part)));
  const started = await startStopped(containers, ({ Name }) => names.has(Name));
  if (started === 0) return 0;
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const now = (await instanceContainers(context)).filter(({ Name }) => names.has(Name));
    if (now.every(({ State }) => State.Health == null || State.Health.Status === "healthy")) break;
    await sleep(500);
  }
  return started;
}
