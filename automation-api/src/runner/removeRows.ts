import type { Transaction } from "../database/client.ts";
import type { Run } from "./run.ts";

/** Secrets and the data plane's row go; the project's own row stays, without its name, for the record. */
export async function removeRows(tx: Transaction, { project, operation }: Run): Promise<void> {
  const { ref } = project;
  await tx.tenant.deleteMany({ where: { ref } });
  await tx.projectSecret.deleteMany({ where: { projectRef: ref } });
  await tx.portLease.deleteMany({ where: { projectRef: ref } });
  await tx.project.update({
    where: { ref },
    data: { status: "REMOVED", deletedAt: new Date(), deletedBy: operation.actorId, nameKey: null },
  });
}
