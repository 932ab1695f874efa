import type { Operation } from "../generated/prisma/client.ts";
import type { Loader } from "../http/defineRoute.ts";
import { errors } from "../http/errors.ts";
import { requireMembership } from "../projects/loadProject.ts";

/** Finds the operation a path names, for members of its project's organization only. */
export const loadOperation: Loader<Operation, { id: string }> = async (db, caller, { id }, scope, mode) => {
  if (mode === "lock") {
    // The project first, as everywhere: two requests that lock both must do it in one order.
    await db.$queryRaw`select 1 from projects where ref = (select project_ref from operations where id = ${id}) for update`;
    await db.$queryRaw`select 1 from operations where id = ${id} for update`;
  }
  const found = await db.operation.findFirst({
    where: { id, project: { organization: { members: { some: { userId: caller.userId } } } } },
    include: { project: { select: { organizationId: true } } },
  });
  if (found === null) throw errors.operationNotFound();
  await requireMembership(db, caller, found.project.organizationId, scope, errors.operationNotFound);
  return found;
};
