import { type CreateProjectBody, type MemberRole, nameKey } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import { roleAllows } from "../auth/roles.ts";
import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";
import type { ProjectPlan } from "../previews/wished.ts";
import { checkExtensions } from "./checkExtensions.ts";
import { checkImportedKeys } from "./checkImportedKeys.ts";

/** Region of projects that name none: this server. */
const DEFAULT_REGION = "local";

/**
 * Works out what a creation request asks for, and that the caller may. Writes nothing.
 * @throws ApiError for everything that would keep the project from being created
 */
export async function planProject(
  tx: Transaction,
  caller: Caller,
  body: CreateProjectBody,
): Promise<{ organizationId: string; plan: ProjectPlan }> {
  if (body.plan === "dedicated") throw planUnavailable();
  await checkImportedKeys(body);
  const organizationId = await chooseOrganization(tx, caller, body.organization_id ?? body.organization_slug);
  const cluster = await chooseCluster(tx);
  checkExtensions(body.extensions, cluster.extensions);
  return {
    organizationId,
    plan: {
      name: body.name,
      plan: body.plan,
      size: body.size ?? body.desired_instance_size ?? "micro",
      region: body.region ?? body.region_selection?.code ?? DEFAULT_REGION,
      extensions: body.extensions,
      clusterId: cluster.id,
    },
  };
}

/**
 * Refuses a name that another project of the organization bears.
 * @param ref the project that may bear it
 * @throws ApiError `name_taken`
 */
export async function checkNameFree(
  tx: Transaction,
  organizationId: string,
  name: string,
  ref?: string,
): Promise<void> {
  const taken = await tx.project.findFirst({
    where: { organizationId, nameKey: nameKey(name), ...(ref === undefined ? {} : { ref: { not: ref } }) },
    select: { ref: true },
  });
  if (taken !== null) throw errors.nameTaken(name);
}

async function chooseOrganization(tx: Transaction, caller: Caller, wanted: string | undefined): Promise<string> {
  const memberships = await tx.member.findMany({
    where: { userId: caller.userId, ...(wanted === undefined ? {} : { organizationId: wanted }) },
    orderBy: [{ createdAt: "asc" }, { organizationId: "asc" }],
  });
  const [first] = memberships;
  if (first === undefined) throw errors.organizationNotFound();
  const able = memberships.find((m) => roleAllows(m.role as MemberRole, "projects:write"));
  if (able === undefined) throw errors.forbidden(first.role);
  return able.organizationId;
}

/** The cluster with the fewest projects; one that is not registered yet means that the platform is still starting. */
async function chooseCluster(tx: Transaction): Promise<{ id: string; extensions: string[] }> {
  const [cluster] = await tx.$queryRaw<{ id: string; extensions: string[] }[]>`
    select id, extensions from clusters c
    order by (select count(*) from projects p where p.cluster_id = c.id and p.deleted_at is null), id limit 1`;
  if (cluster) return cluster;
  throw new ApiError(
    "no_cluster",
    "No shared cluster is registered yet.",
    "The platform may still be starting: try again in a moment, then look at `./supalove status`.",
    { headers: { "Retry-After": "5" } },
  );
}

function planUnavailable(): ApiError {
  return new ApiError(
    "plan_unavailable",
    "The dedicated plan is not available yet on this server.",
    'Create the project with `"plan": "shared"`.',
  );
}
