import { z } from "zod";
import { OperationError, OperationKind, OperationStatus } from "../operations.ts";
import { ProjectRef } from "../projectRef.ts";
import { OperationId, Timestamp } from "./common.ts";

export const Operation = z
  .object({
    id: OperationId,
    kind: OperationKind,
    project_ref: ProjectRef,
    status: OperationStatus,
    actor: z.string(),
    preview_id: z.string().nullable(),
    summary: z.string(),
    error: OperationError.nullable(),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
  })
  .meta({ id: "Operation" });
export type Operation = z.infer<typeof Operation>;

/** `GET /v1/operations`: newest first. */
export const OperationsQuery = z.strictObject({
  project_ref: ProjectRef.optional(),
  status: OperationStatus.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
