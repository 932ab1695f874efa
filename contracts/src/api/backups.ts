import { z } from "zod";
import { ProjectRef } from "../projectRef.ts";
import { BackupId, OperationId, OrganizationId, Timestamp } from "./common.ts";

/** Why a backup was taken: the last one before a project was destroyed, or the one before its database was upgraded. */
export const BACKUP_REASONS = ["destroy", "upgrade"] as const;
export const BackupReason = z.enum(BACKUP_REASONS);
export type BackupReason = z.infer<typeof BackupReason>;

export const Backup = z
  .object({
    id: BackupId,
    project_ref: ProjectRef,
    project_name: z.string().meta({ description: "as it was called when the backup was taken" }),
    organization_id: OrganizationId,
    operation_id: OperationId.meta({ description: "the operation that took it" }),
    reason: BackupReason,
    bytes: z.number().int(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    created_at: Timestamp,
    verified_at: Timestamp.meta({ description: "when it was restored, and all rows were there" }),
    expires_at: Timestamp.meta({ description: "from then on it is gone" }),
  })
  .meta({ id: "Backup" });
export type Backup = z.infer<typeof Backup>;

/** `GET /v1/backups`: newest first. */
export const BackupsQuery = z.strictObject({ project_ref: ProjectRef.optional() });

/** `DELETE /v1/projects/{ref}`, and the body of a preview of it: what becomes of the data. */
export const BACKUP_WORDS = "`false`: no last backup is taken, and the data is gone for good";
