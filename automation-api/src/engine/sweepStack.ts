import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type ProjectRef, type ServerPlace, stackName } from "@supalove/contracts";
import { projectFilters } from "./projectFilters.ts";

/** Removes containers, volumes and the network that bear a dedicated project's label, or its names, on its server. */
export async function sweepStack(place: ServerPlace, ref: ProjectRef): Promise<void> {
  const docker = dockerEngine(place.endpoint);
  const filters = projectFilters(place, ref);
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => gone(docker.getContainer(Id).remove({ force: true, v: true }))));
  const { Volumes } = await docker.listVolumes({ filters });
  await Promise.all((Volumes ?? []).map(({ Name }) => gone(docker.getVolume(Name).remove())));
  for (const { Id, Name } of await docker.listNetworks({ filters })) {
    if (Name.startsWith(stackName(place.instance, ref))) await gone(docker.getNetwork(Id).remove());
  }
}

/** What somebody else took away in the meantime is as gone as it should be. */
async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
}
