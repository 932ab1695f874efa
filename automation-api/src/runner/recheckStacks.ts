import { lookAtStacks } from "./lookAtStacks.ts";
import { AT_REST, markUnhealthy } from "./recheckProjects.ts";
import type { RunnerServices } from "./services.ts";

/**
 * Looks at the containers of dedicated projects that count as healthy, again and again. One that lacks a container, or has one
 * that stands still or is ill, at two looks in a row is unhealthy from then on: a single look may have come between a stop and
 * a start, or while the whole platform comes up. A server that does not answer changes nobody's status.
 * @returns a look, which gives the refs of those that were healthy until then
 */
export function stackRecheck(services: RunnerServices): () => Promise<string[]> {
  const { database } = services;
  let suspects: ReadonlySet<string> = new Set();
  return async () => {
    const healthy = await database.project.findMany({
      where: { status: "ACTIVE_HEALTHY", paused: false, serverId: { not: null }, ...AT_REST },
      select: { ref: true, serverId: true, stack: true },
    });
    const found = await lookAtStacks(services, healthy);
    const ill = healthy.map(({ ref }) => ref).filter((ref) => found.get(ref) === "ill");
    const before = suspects;
    suspects = new Set(ill);
    const lost = ill.filter((ref) => before.has(ref));
    return markUnhealthy(services, lost, "a container of the project is gone, stands still or is unhealthy");
  };
}
