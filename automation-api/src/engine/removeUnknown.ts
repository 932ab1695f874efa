import { containerIdsOf } from "@supalove/components/docker/deployment.ts";
import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type ProjectRef, type ServerPlace, STACK_SERVICES, stackName } from "@supalove/contracts";
import { projectFilters } from "./projectFilters.ts";

/**
 * Removes a dedicated project's containers that its state does not know: a run that was killed between the making of one and
 * the writing of the state leaves it, and it is in the way of its name and of its volume. So is one that somebody made by hand
 * in the place of another. What it worked on is in the volume.
 */
export async function removeUnknown(place: ServerPlace, ref: ProjectRef, deployment: unknown): Promise<void> {
  const docker = dockerEngine(place.endpoint);
  const known = containerIdsOf(deployment);
  const named = stackName(place.instance, ref);
  const lists = await Promise.all(
    [
      projectFilters(place, ref),
      // Made by hand, as to give it other variables: it has the name, whatever else it lacks.
      { name: [`^/${named}-(${STACK_SERVICES.join("|")})$`] },
    ].map((filters) => docker.listContainers({ all: true, filters })),
  );
  const found = new Set(lists.flat().map(({ Id }) => Id));
  for (const Id of [...found].filter((id) => !known.has(id))) {
    try {
      await docker.getContainer(Id).remove({ force: true });
    } catch (error) {
      // Somebody else takes it away, or did.
      if (dockerStatus(error) !== 404 && dockerStatus(error) !== 409) throw error;
    }
  }
}
