import type { Caller } from "../auth/caller.ts";
import type { Database, Transaction } from "../database/client.ts";
import type { AuditDetails } from "./defineRoute.ts";

/** Writes one row of the audit log; inside a change it is part of the change's own transaction. */
export async function writeAudit(
  db: Database | Transaction,
  caller: Caller,
  operation: string,
  requestId: string,
  { organizationId, projectRef, details }: AuditDetails,
): Promise<void> {
  await db.auditEntry.create({
    data: {
      actor: caller.actor,
      actorId: caller.userId,
      operation,
      requestId,
      organizationId: organizationId ?? null,
      projectRef: projectRef ?? null,
      details: { ...details },
    },
  });
}
