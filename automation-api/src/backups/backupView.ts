import { type Backup, BackupReason } from "@supalove/contracts/api/index.ts";
import type { Backup as BackupRow } from "../generated/prisma/client.ts";

/** A backup as the API shows it. */
export function backupView(row: BackupRow): Backup {
  return {
    id: row.id,
    project_ref: row.projectRef,
    project_name: row.projectName,
    organization_id: row.organizationId,
    operation_id: row.operationId,
    reason: BackupReason.parse(row.reason),
    bytes: Number(row.bytes),
    sha256: row.sha256,
    created_at: row.createdAt.toISOString(),
    verified_at: row.verifiedAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  };
}
