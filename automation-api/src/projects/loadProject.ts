import type { MemberRole } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import { roleAllows, type Scope } from "../auth/roles.ts";
import type { Database, Transaction } from "../database/client.ts";
import type { Cluster, Project, Server } from "../generated/prisma/client.ts";
import type { ApiError } from "../http/apiError.ts";
import type { Loader } from "../http/defineRoute.ts";
import { errors } from "../http/errors.ts";

/** A project with what its view shows of where it lives; the cluster's sealed login is not even readable here. */
export type LoadedProject = Project & {
  readonly cluster: Pick<Cluster, "publicHost" | "publicPort"> | null;
  readonly server: Pick<Server, "publicHost"> | null;
};

/** What every query for a project asks for. */
export const WITH_PLACE = {
  cluster: { select: { publicHost: true, publicPort: true } },
  server: { select: { publicHost: true } },
} as const;

/** Finds the project a path names; foreign and deleted ones are answered exactly like unknown ones. */
export const loadProject: Loader<LoadedProject, { ref: string }> = async (db, caller, { ref }, scope, mode) => {
  if (mode === "lock") await db.$queryRaw`select 1 from projects where ref = ${ref} for update`;
  const project = await db.project.findFirst({ where: { ref, deletedAt: null }, include: WITH_PLACE });
  if (project === null) throw errors.projectNotFound();
  await requireMembership(db, caller, project.organizationId, scope, errors.projectNotFound);
  return project;
};

/**
 * Checks what the caller may do in an organization.
 * @param unknown the error for those who are not in it: they must not learn that it exists
 */
export async function requireMembership(
  db: Database | Transaction,
  caller: Caller,
  organizationId: string,
  scope: Scope,
  unknown: () => ApiError,
): Promise<void> {
  const member = await db.member.findUnique({
    where: { organizationId_userId: { organizationId, userId: caller.userId } },
  });
  if (member === null) throw unknown();
  if (!roleAllows(member.role as MemberRole, scope)) throw errors.forbidden(member.role);
}
