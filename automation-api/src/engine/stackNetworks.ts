import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type AttachedContainer, type NetworkDrift, networkDrift } from "@supalove/components/docker/networkDrift.ts";
import { LABELS, type ProjectRef, type ServerPlace } from "@supalove/contracts";
import type Docker from "dockerode";

/** Running containers of a dedicated project, with their networks. */
async function attached(docker: Docker, instance: string, ref: ProjectRef): Promise<AttachedContainer[]> {
  const filters = { label: [`${LABELS.instance}=${instance}`, `${LABELS.project}=${ref}`] };
  const containers = await docker.listContainers({ filters });
  return containers.map(({ Id, Names, NetworkSettings }) => ({
    id: Id,
    name: Names[0]?.replace(/^\//, "") ?? Id,
    networks: Object.keys(NetworkSettings.Networks),
  }));
}

/** Containers of a dedicated project that hang on other networks than its state says; the engine does not look at that. */
export async function stackNetworkDrift(
  { endpoint, instance }: ServerPlace,
  ref: ProjectRef,
  deployment: unknown,
): Promise<readonly NetworkDrift[]> {
  return networkDrift(deployment, await attached(dockerEngine(endpoint), instance, ref));
}

/**
 * Puts containers back on their networks and takes them off others, without a restart. A network that is gone itself is the
 * engine's to make.
 */
export async function mendStackNetworks({ endpoint }: ServerPlace, drift: readonly NetworkDrift[]): Promise<void> {
  const docker = dockerEngine(endpoint);
  for (const { id, lost, added } of drift) {
    for (const { name, aliases } of lost) {
      await there(docker.getNetwork(name).connect({ Container: id, EndpointConfig: { Aliases: [...aliases] } }));
    }
    for (const name of added) await there(docker.getNetwork(name).disconnect({ Container: id }));
  }
}

async function there(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
}
