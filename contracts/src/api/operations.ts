import { z } from "zod";
import { OperationError, OperationKind, OperationStatus } from "../operations.ts";
import { ProjectRef } from "../projectRef.ts";
import { OperationId, Timestamp } from "./common.ts";

export const Operation = z
  .object({
    id: OperationId,
    kind: OperationKind,
    project_ref: ProjectRef.nullable().meta({ description: "null for the preview of a project to be created" }),
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

/** How long one phase of an operation took. */
export const OperationPhase = z
  .object({ phase: z.string(), message: z.string(), started_at: Timestamp, milliseconds: z.number().int() })
  .meta({ id: "OperationPhase" });
export type OperationPhase = z.infer<typeof OperationPhase>;

/** `GET /v1/operations/{id}`. */
export const OperationDetails = Operation.extend({ phases: z.array(OperationPhase) }).meta({ id: "OperationDetails" });
export type OperationDetails = z.infer<typeof OperationDetails>;

/** `GET /v1/operations`: newest first; `before` is the id of the last one of the page before. */
export const OperationsQuery = z.strictObject({
  project_ref: ProjectRef.optional(),
  kind: OperationKind.optional(),
  status: OperationStatus.optional(),
  before: OperationId.optional().meta({ description: "only operations older than this one" }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
