import { StackSettings } from "@supalove/contracts";
import { type ProjectFacts, serverPlace } from "./projectSpec.ts";
import type { RunnerServices } from "./services.ts";
import type { WatchedStack } from "./stackPort.ts";

/** What a dedicated project's server should have of it. @throws NoPlaceError */
export async function watchedStack(
  services: Pick<RunnerServices, "database" | "env" | "stacks">,
  project: ProjectFacts,
): Promise<WatchedStack> {
  const { place } = await serverPlace(services, project);
  const { images, services: wanted } = StackSettings.parse(project.stack);
  const { db, gateway } = images;
  const others = Object.fromEntries(wanted.map((service) => [service, images[service]]));
  return { ref: project.ref, place, images: project.paused ? {} : { db, ...others, gateway } };
}
