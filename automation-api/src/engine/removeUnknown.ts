import { containerIdsOf } from "@supalove/components/docker/deployment.ts";
import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { LABELS, type ProjectRef, type ServerPlace } from "@supalove/contracts";

/**
 * Removes a dedicated project's containers that its state does not know: a run that was killed between the making of one and
 * the writing of the state leaves it, and it is in the way of its name and of its volume. What it worked on is in the volume.
 */
export async function removeUnknown(
  { endpoint, instance }: ServerPlace,
  ref: ProjectRef,
  deployment: unknown,
): Promise<void> {
  const docker = dockerEngine(endpoint);
  const known = containerIdsOf(deployment);
  const filters = { label: [`${LABELS.instance}=${instance}`, `${LABELS.project}=${ref}`] };
  const containers = await docker.listContainers({ all: true, filters });
  for (const { Id } of containers.filter((container) => !known.has(container.Id))) {
    try {
      await docker.getContainer(Id).remove({ force: true });
    } catch (error) {
      // Somebody else takes it away, or did.
      if (dockerStatus(error) !== 404 && dockerStatus(error) !== 409) throw error;
    }
  }
}
