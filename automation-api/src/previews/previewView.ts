import { PlannedChange, type Preview, PreviewKind } from "@supalove/contracts/api/index.ts";
import { previewApproval } from "../approvals/previewApproval.ts";
import type { Caller } from "../auth/caller.ts";
import type { Database, Transaction } from "../database/client.ts";
import type { LoadedPreview } from "./loadPreview.ts";
import { applyingOperation, makingOperation, previewError, previewStatus } from "./previewStatus.ts";

/** A preview as the API shows it; what was wished for stays inside. */
export async function previewView(
  db: Database | Transaction,
  caller: Caller,
  { preview: row, project }: LoadedPreview,
): Promise<Preview> {
  const status = previewStatus(row, project);
  return {
    id: row.id,
    kind: PreviewKind.parse(row.kind),
    project_ref: row.projectRef,
    operation_id: makingOperation(row)?.id ?? "",
    applied_operation_id: applyingOperation(row)?.id ?? null,
    status,
    digest: row.digest,
    destructive: row.destructive,
    confirm: row.destructive && status === "ready" ? (project?.name ?? null) : null,
    summary: row.summary,
    changes: PlannedChange.array().parse(row.changes),
    error: previewError(row),
    approval: await previewApproval(db, caller, row, project),
    actor: row.actor,
    created_at: row.createdAt.toISOString(),
  };
}
