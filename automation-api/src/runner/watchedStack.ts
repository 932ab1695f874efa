import { type StackService, StackSettings } from "@supalove/contracts";
import { type ProjectFacts, serverPlace } from "./projectSpec.ts";
import type { RunnerServices } from "./services.ts";
import type { WatchedStack } from "./stackPort.ts";

/** Services that a dedicated project has while it is not paused. */
export function stackServices({ stack }: Pick<ProjectFacts, "stack">): readonly StackService[] {
  return ["db", ...StackSettings.parse(stack).services, "gateway"];
}

/** What a dedicated project's server should have of it. @throws NoPlaceError */
export async function watchedStack(
  services: Pick<RunnerServices, "database" | "env" | "stacks">,
  project: ProjectFacts,
): Promise<WatchedStack> {
  const { place } = await serverPlace(services, project);
  const { images } = StackSettings.parse(project.stack);
  const wanted = project.paused ? [] : stackServices(project);
  return { ref: project.ref, place, images: Object.fromEntries(wanted.map((service) => [service, images[service]])) };
}
