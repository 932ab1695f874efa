import type { ApiEnv } from "@supalove/contracts";
import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";
import type { ProjectPlan } from "../previews/wished.ts";

/** How many projects a cluster and an organization may have. */
export type ProjectCaps = Pick<ApiEnv, "CLUSTER_MAX_PROJECTS" | "ORGANIZATION_MAX_PROJECTS">;

/**
 * Refuses a project that its cluster or its organization has no room for. Creations that would share the last place wait
 * for each other until the transaction ends.
 * @throws ApiError `cluster_full`, `organization_full`
 */
export async function checkCapacity(
  tx: Transaction,
  caps: ProjectCaps,
  organizationId: string,
  { clusterId }: Pick<ProjectPlan, "clusterId">,
): Promise<void> {
  // In one order everywhere: two creations never wait for each other crosswise.
  const places = [...(clusterId === null ? [] : [`cluster ${clusterId}`]), `organization ${organizationId}`];
  for (const place of places) {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`projects of ${place}`}, 0))`;
  }
  const here = { deletedAt: null };
  if ((await tx.project.count({ where: { ...here, organizationId } })) >= caps.ORGANIZATION_MAX_PROJECTS) {
    throw new ApiError(
      "organization_full",
      `The organization has ${caps.ORGANIZATION_MAX_PROJECTS} projects, which is as many as it may have.`,
      "Delete a project that is not needed, or ask who runs this server for more.",
    );
  }
  if (clusterId === null) return;
  if ((await tx.project.count({ where: { ...here, clusterId } })) >= caps.CLUSTER_MAX_PROJECTS) {
    throw new ApiError(
      "cluster_full",
      "This server has no room for another project.",
      "Ask who runs this server to make room: to remove projects, or to raise CLUSTER_MAX_PROJECTS.",
      { headers: { "Retry-After": "300" } },
    );
  }
}
