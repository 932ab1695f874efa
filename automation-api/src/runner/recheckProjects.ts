import type { Project } from "../generated/prisma/client.ts";
import { openProjectSecrets } from "../secrets/openProjectSecrets.ts";
import { lookAtStacks } from "./lookAtStacks.ts";
import type { RunnerServices } from "./services.ts";

/** Asked for through the gateway in one round at most. */
const BATCH = 20;

/** Nothing is being done to it: its status is nobody else's to write. */
export const AT_REST = {
  deletedAt: null,
  operations: { none: { status: { in: ["queued", "running", "interrupted"] } } },
};

/** Projects that were not reachable after their last operation are looked at again, and healthy once they answer. */
export async function recheckProjects(services: RunnerServices): Promise<void> {
  const unhealthy = await services.database.project.findMany({ where: { status: "ACTIVE_UNHEALTHY", ...AT_REST } });
  if (unhealthy.length === 0) return;
  // First, as they have nothing to do with the clusters, which may not answer.
  const stacks = await lookAtStacks(services, unhealthy);
  await askFor(
    services,
    unhealthy.filter(({ ref }) => stacks.get(ref) === "well"),
  );
  const housed = unhealthy.filter(({ clusterId }) => clusterId !== null);
  const faulty = housed.length === 0 ? new Set() : await services.catalogFaults(housed);
  await askFor(
    services,
    housed.filter(({ ref }) => !faulty.has(ref)),
  );
}

/** Those that have all they need are healthy once they answer through the gateway. */
async function askFor(services: RunnerServices, projects: readonly Project[]): Promise<void> {
  const { database, smoke, stopping } = services;
  for (const project of projects.slice(0, BATCH)) {
    const served = await database.tenant.findUnique({ where: { ref: project.ref }, select: { status: true } });
    if (served?.status !== "active") continue;
    const { anon_key } = await openProjectSecrets(services, project, ["anon_key"]);
    if ((await smoke(project, anon_key, stopping)) !== undefined) continue;
    await database.project.updateMany({
      where: { ref: project.ref, status: "ACTIVE_UNHEALTHY", ...AT_REST },
      data: { status: "ACTIVE_HEALTHY" },
    });
  }
}

/**
 * Projects that count as healthy are looked for in their clusters, all of them at once and without a request to any: asking
 * through the gateway would wake the PostgREST of every project that sleeps. One that lost its database or its login is
 * unhealthy from then on. A cluster that does not answer changes nobody's status: `supalove status` and the alerts tell.
 * @returns the refs of those that were healthy until now
 */
export async function recheckHealthy({ database, catalogFaults, logger }: RunnerServices): Promise<string[]> {
  const healthy = await database.project.findMany({
    where: { status: "ACTIVE_HEALTHY", ...AT_REST },
    select: { ref: true, clusterId: true },
  });
  const found = healthy.length === 0 ? [] : await catalogFaults(healthy);
  return markUnhealthy({ database, logger }, found, "the project lost its database or its login");
}

/**
 * Writes that projects are unhealthy, unless something is being done to them by now.
 * @param why what was found, for the log
 * @returns the refs of those that were healthy until now
 */
export async function markUnhealthy(
  { database, logger }: Pick<RunnerServices, "database" | "logger">,
  refs: Iterable<string>,
  why: string,
): Promise<string[]> {
  const lost: string[] = [];
  for (const ref of refs) {
    const { count } = await database.project.updateMany({
      where: { ref, status: "ACTIVE_HEALTHY", ...AT_REST },
      data: { status: "ACTIVE_UNHEALTHY" },
    });
    if (count === 0) continue;
    logger.error({ project: ref }, why);
    lost.push(ref);
  }
  return lost;
}
