import { openProjectSecrets } from "../secrets/openProjectSecrets.ts";
import type { RunnerServices } from "./services.ts";

/** Looked at in one round at most. */
const BATCH = 20;

/** Projects that were not reachable after their last operation are looked at again, and healthy once they answer. */
export async function recheckProjects(services: RunnerServices): Promise<void> {
  const { database, smoke, stopping } = services;
  const unhealthy = await database.project.findMany({
    where: {
      status: "ACTIVE_UNHEALTHY",
      deletedAt: null,
      operations: { none: { status: { in: ["queued", "running", "interrupted"] } } },
    },
    take: BATCH,
  });
  for (const project of unhealthy) {
    const served = await database.tenant.findUnique({ where: { ref: project.ref }, select: { status: true } });
    if (served?.status !== "active") continue;
    const { anon_key } = await openProjectSecrets(services, project, ["anon_key"]);
    if ((await smoke(project.ref, anon_key, stopping)) !== undefined) continue;
    await database.project.updateMany({
      where: { ref: project.ref, status: "ACTIVE_UNHEALTHY" },
      data: { status: "ACTIVE_HEALTHY" },
    });
  }
}
