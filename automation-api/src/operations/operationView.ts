import { OperationError, OperationKind, OperationStatus } from "@supalove/contracts";
import type { Operation } from "@supalove/contracts/api/index.ts";
import type { Operation as OperationRow } from "../generated/prisma/client.ts";

/** An operation as the API shows it; what it was given stays inside. */
export function operationView(row: OperationRow): Operation {
  return {
    id: row.id,
    kind: OperationKind.parse(row.kind),
    project_ref: row.projectRef,
    status: OperationStatus.parse(row.status),
    actor: row.actor,
    preview_id: row.previewId,
    summary: row.summary,
    error: row.error === null ? null : OperationError.parse(row.error),
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}
