import { newProjectRef, sealSecret, tenantNames } from "@supalove/contracts";
import { type CreateProjectBody, type MemberRole, nameKey } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import type { Caller } from "../auth/caller.ts";
import { roleAllows } from "../auth/roles.ts";
import type { Transaction } from "../database/client.ts";
import { isUniqueViolation } from "../database/failures.ts";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";
import { addOperation } from "../operations/addOperation.ts";
import { type ProjectSecretName, projectSecretContext } from "../secrets/contexts.ts";
import { checkExtensions } from "./checkExtensions.ts";
import { checkImportedKeys } from "./checkImportedKeys.ts";
import { type LoadedProject, WITH_CLUSTER } from "./loadProject.ts";

/** Region of projects that name none: this server. */
const DEFAULT_REGION = "local";

/** Writes a project and the operation that makes it. Nothing outside the control database is touched here. */
export async function createProject(
  services: Services,
  tx: Transaction,
  caller: Caller,
  body: CreateProjectBody,
): Promise<{ project: LoadedProject; operationId: string }> {
  if (body.plan === "dedicated") throw planUnavailable();
  await checkImportedKeys(body);
  const organizationId = await chooseOrganization(tx, caller, body.organization_id ?? body.organization_slug);
  const project = await insertProject(tx, caller, organizationId, body);
  await sealImported(services, tx, project.ref, body);
  const operationId = await addOperation(tx, caller, project.ref, "up", `Create project "${project.name}"`, {
    creates: true,
    status_if_cancelled: "INIT_FAILED",
  });
  return { project, operationId };
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

async function insertProject(
  tx: Transaction,
  caller: Caller,
  organizationId: string,
  body: CreateProjectBody,
): Promise<LoadedProject> {
  const ref = newProjectRef();
  const cluster = await chooseCluster(tx);
  checkExtensions(body.extensions, cluster.extensions);
  try {
    return await tx.project.create({
      data: {
        ref,
        organizationId,
        clusterId: cluster.id,
        name: body.name,
        nameKey: nameKey(body.name),
        plan: body.plan,
        backendType: "shared_cluster",
        size: body.size ?? body.desired_instance_size ?? "micro",
        region: body.region ?? body.region_selection?.code ?? DEFAULT_REGION,
        dbName: tenantNames(ref).database,
        extensions: body.extensions,
        status: "COMING_UP",
        createdBy: caller.userId,
      },
      include: WITH_CLUSTER,
    });
  } catch (error) {
    throw isUniqueViolation(error) ? errors.nameTaken(body.name) : error;
  }
}

/** The cluster with the fewest projects; one that is not registered yet means that the platform is still starting. */
async function chooseCluster(tx: Transaction): Promise<{ id: string; extensions: string[] }> {
  const cluster = await tx.cluster.findFirst({
    select: { id: true, extensions: true },
    orderBy: [{ projects: { _count: "asc" } }, { id: "asc" }],
  });
  if (cluster) return cluster;
  throw new ApiError(
    "no_cluster",
    "No shared cluster is registered yet.",
    "The platform may still be starting: try again in a moment, then look at `./supalove status`.",
    { headers: { "Retry-After": "5" } },
  );
}

async function sealImported(services: Services, tx: Transaction, ref: string, body: CreateProjectBody): Promise<void> {
  const imported: Partial<Record<ProjectSecretName, string | undefined>> = {
    imported_jwt_secret: body.jwt_secret,
    imported_db_pass: body.db_pass,
    imported_anon_key: body.anon_key,
    imported_service_role_key: body.service_role_key,
  };
  for (const [key, plain] of Object.entries(imported)) {
    if (plain === undefined) continue;
    const name = key as ProjectSecretName;
    const sealed = await sealSecret(services.env.SUPALOVE_MASTER_KEY, projectSecretContext(ref, name), plain);
    await tx.projectSecret.create({ data: { projectRef: ref, name, sealed } });
  }
}

function planUnavailable(): ApiError {
  return new ApiError(
    "plan_unavailable",
    "The dedicated plan is not available yet on this server.",
    'Create the project with `"plan": "shared"`.',
  );
}
