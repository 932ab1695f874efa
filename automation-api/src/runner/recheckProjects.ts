import { openProjectSecrets } from "../secrets/openProjectSecrets.ts";
import type { RunnerServices } from "./services.ts";

/** Asked for through the gateway in one round at most. */
const BATCH = 20;

/** Nothing is being done to it: its status is nobody else's to write. */
const AT_REST = {
  deletedAt: null,
  operations: { none: { status: { in: ["queued", "running", "interrupted"] } } },
};

/** Projects that were not reachable after their last operation are looked at again, and healthy once they answer. */
export async function recheckProjects(services: RunnerServices): Promise<void> {
  const { database, smoke, stopping } = services;
  const unhealthy = await database.project.findMany({
    where: { status: "ACTIVE_UNHEALTHY", ...AT_REST },
    take: BATCH,
  });
  if (unhealthy.length === 0) return;
  const faulty = await services.catalogFaults(unhealthy);
  for (const project of unhealthy) {
    const served = await database.tenant.findUnique({ where: { ref: project.ref }, select: { status: true } });
    if (served?.status !== "active" || faulty.has(project.ref)) continue;
    const { anon_key } = await openProjectSecrets(services, project, ["anon_key"]);
    if ((await smoke(project.ref, anon_key, stopping)) !== undefined) continue;
    await database.project.updateMany({
      where: { ref: project.ref, status: "ACTIVE_UNHEALTHY" },
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
  const lost: string[] = [];
  for (const ref of healthy.length === 0 ? [] : await catalogFaults(healthy)) {
    const { count } = await database.project.updateMany({
      where: { ref, status: "ACTIVE_HEALTHY", ...AT_REST },
      data: { status: "ACTIVE_UNHEALTHY" },
    });
    if (count === 0) continue;
    logger.error({ project: ref }, "the project lost its database or its login");
    lost.push(ref);
  }
  return lost;
}
