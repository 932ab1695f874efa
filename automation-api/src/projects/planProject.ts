import { OPTIONAL_SERVICES, type StackSettings } from "@supalove/contracts";
import { type CreateProjectBody, type MemberRole, nameKey } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import type { Caller } from "../auth/caller.ts";
import { roleAllows } from "../auth/roles.ts";
import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";
import type { ProjectPlan } from "../previews/wished.ts";
import { checkExtensions } from "./checkExtensions.ts";
import { checkImportedKeys } from "./checkImportedKeys.ts";
import { checkStackExtensions } from "./checkStackExtensions.ts";
import { checkStackSettings } from "./checkStackSettings.ts";
import { stackWishOf } from "./wishOf.ts";

/** Region of projects that name none: this server. */
const DEFAULT_REGION = "local";

/**
 * Works out what a creation request asks for, and that the caller may. Writes nothing.
 * @throws ApiError for everything that would keep the project from being created
 */
export async function planProject(
  { env }: Pick<Services, "env">,
  tx: Transaction,
  caller: Caller,
  body: CreateProjectBody,
): Promise<{ organizationId: string; plan: ProjectPlan }> {
  await checkImportedKeys(body);
  const organizationId = await chooseOrganization(tx, caller, body.organization_id ?? body.organization_slug);
  const common = {
    name: body.name,
    plan: body.plan,
    size: body.size ?? body.desired_instance_size ?? "micro",
    region: body.region ?? body.region_selection?.code ?? DEFAULT_REGION,
    extensions: body.extensions,
  };
  if (body.plan === "dedicated") {
    if (env.STACK_IMAGES === undefined) throw planUnavailable();
    checkStackExtensions(body.extensions, env.STACK_IMAGES);
    const stack = { ...DEFAULT_STACK, ...stackWishOf(body), images: env.STACK_IMAGES };
    checkStackSettings(common.size, stack, "postgres_settings");
    return { organizationId, plan: { ...common, clusterId: null, serverId: await chooseServer(tx), stack } };
  }
  const cluster = await chooseCluster(tx);
  checkExtensions(body.extensions, cluster.extensions);
  return { organizationId, plan: { ...common, clusterId: cluster.id, serverId: null, stack: null } };
}

/** What a dedicated project is that wishes for nothing. */
const DEFAULT_STACK: Omit<StackSettings, "images"> = {
  services: [...OPTIONAL_SERVICES],
  postgresSettings: {},
  routes: [],
  publishDatabase: false,
};

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
  throw notYet("no_cluster", "No shared cluster is registered yet.");
}

const notYet = (code: "no_cluster" | "no_server", message: string) =>
  new ApiError(
    code,
    message,
    "The platform may still be starting: try again in a moment, then look at `./supalove status`.",
    { headers: { "Retry-After": "5" } },
  );

/** The server with the fewest projects, of those that have ports left where there is one. */
async function chooseServer(tx: Transaction): Promise<string> {
  const [server] = await tx.$queryRaw<{ id: string }[]>`
    select id from servers s
    order by (select count(*) from port_leases l where l.server_id = s.id) + 2 > s.port_to - s.port_from + 1,
      (select count(*) from projects p where p.server_id = s.id and p.deleted_at is null), id limit 1`;
  if (server) return server.id;
  throw notYet("no_server", "No server is registered yet.");
}

function planUnavailable(): ApiError {
  return new ApiError(
    "plan_unavailable",
    "The dedicated plan is not available on this server: it has no images for it.",
    'Run `./supalove up`, which brings them, or create the project with `"plan": "shared"`.',
  );
}
