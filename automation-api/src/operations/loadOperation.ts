import type { Caller } from "../auth/caller.ts";
import type { Operation, Prisma } from "../generated/prisma/client.ts";
import type { Loader } from "../http/defineRoute.ts";
import { errors } from "../http/errors.ts";
import { requireMembership } from "../projects/loadProject.ts";

/** Operations of the caller's organizations: by their project, or, where none is there yet, by their preview. */
export function ofMember({ userId }: Caller): Prisma.OperationWhereInput {
  const organization = { members: { some: { userId } } };
  return { OR: [{ project: { organization } }, { projectRef: null, preview: { organization } }] };
}

/** An operation and the organization that it belongs to. */
export type LoadedOperation = Operation & { readonly organizationId: string };

/** Finds the operation a path names, for members of its organization only. */
export const loadOperation: Loader<LoadedOperation, { id: string }> = async (db, caller, { id }, scope, mode) => {
  if (mode === "lock") {
    // The project first, as everywhere: two requests that lock both must do it in one order.
    await db.$queryRaw`select 1 from projects where ref = (select project_ref from operations where id = ${id}) for update`;
    await db.$queryRaw`select 1 from operations where id = ${id} for update`;
  }
  const found = await db.operation.findFirst({
    where: { id, ...ofMember(caller) },
    include: { project: { select: { organizationId: true } }, preview: { select: { organizationId: true } } },
  });
  const organizationId = found?.project?.organizationId ?? found?.preview?.organizationId;
  if (found === null || organizationId === undefined) throw errors.operationNotFound();
  await requireMembership(db, caller, organizationId, scope, errors.operationNotFound);
  return { ...found, organizationId };
};
