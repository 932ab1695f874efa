import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type AttachedContainer, type NetworkDrift, networkDrift } from "@supalove/components/docker/networkDrift.ts";
import { strandedContainers } from "@supalove/components/docker/strandedContainers.ts";
import type { ProjectRef, ServerPlace } from "@supalove/contracts";
import { projectFilters } from "./projectFilters.ts";

/** Running containers of a dedicated project, with their networks. */
async function attached(place: ServerPlace, ref: ProjectRef): Promise<AttachedContainer[]> {
  const containers = await dockerEngine(place.endpoint).listContainers({ filters: projectFilters(place, ref) });
  return containers.map(({ Id, Names, NetworkSettings }) => ({
    id: Id,
    name: Names[0]?.replace(/^\//, "") ?? Id,
    networks: Object.keys(NetworkSettings.Networks),
  }));
}

/** Containers of a dedicated project that hang on other networks than its state says; the engine does not look at that. */
export async function stackNetworkDrift(
  place: ServerPlace,
  ref: ProjectRef,
  deployment: unknown,
): Promise<readonly NetworkDrift[]> {
  return networkDrift(deployment, await attached(place, ref));
}

/**
 * Puts containers back on their networks and takes them off others, without a restart.
 * @returns whether a network is gone itself: it is the engine's to make, and the containers are put on it once it is there
 */
export async function mendStackNetworks({ endpoint }: ServerPlace, drift: readonly NetworkDrift[]): Promise<boolean> {
  const docker = dockerEngine(endpoint);
  let gone = false;
  for (const { id, lost, added } of drift) {
    for (const { name, aliases } of lost) {
      const connected = docker.getNetwork(name).connect({ Container: id, EndpointConfig: { Aliases: [...aliases] } });
      if (!(await there(connected))) gone = true;
    }
    for (const name of added) await there(docker.getNetwork(name).disconnect({ Container: id }));
  }
  return gone;
}

/**
 * Removes containers of a stack that stand still and can't be started any more, since a network they were made for is gone: the
 * engine, which would try to start them, makes them anew.
 */
export async function removeStranded(place: ServerPlace, ref: ProjectRef): Promise<void> {
  const docker = dockerEngine(place.endpoint);
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters: projectFilters(place, ref) }),
    docker.listNetworks(),
  ]);
  const tied = containers.map(({ Id, State, NetworkSettings }) => ({
    id: Id,
    running: State === "running",
    networkIds: Object.values(NetworkSettings.Networks).map(({ NetworkID }) => NetworkID),
  }));
  for (const id of strandedContainers(tied, new Set(networks.map(({ Id }) => Id)))) {
    await there(docker.getContainer(id).remove());
  }
}

/** False where there is nothing of that name. */
async function there(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
    return false;
  }
}
