import type { AttachedContainer, NetworkDrift } from "@supalove/components/docker/networkDrift.ts";
import { type ContainerInfo, mustDocker } from "../docker/docker.ts";

/** Those containers that run, with their networks: one that stands still is looked at once it runs. */
export const attached = (containers: readonly ContainerInfo[]): readonly AttachedContainer[] =>
  containers
    .filter(({ State }) => State.Status === "running")
    .map(({ Id, Name, NetworkSettings }) => ({
      id: Id,
      name: Name,
      networks: Object.keys(NetworkSettings?.Networks ?? {}),
    }));

/**
 * Puts containers back on the networks that they were taken off, without a restart.
 * @param detach also takes them off those that they were put on by hand
 * @returns how many containers were changed
 */
export async function mendNetworks(drift: readonly NetworkDrift[], detach: boolean): Promise<number> {
  const due = drift.filter(({ lost, added }) => lost.length > 0 || (detach && added.length > 0));
  for (const { id, lost, added } of due) {
    for (const { name, aliases } of lost) {
      await mustDocker(["network", "connect", ...aliases.flatMap((alias) => ["--alias", alias]), name, id]);
    }
    if (detach) for (const name of added) await mustDocker(["network", "disconnect", name, id]);
  }
  return due.length;
}
