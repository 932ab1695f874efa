import { z } from "zod";

/**
 * `preview` says what a change would do, `refresh` looks for drift; neither changes anything, not even the state. Repairing
 * drift is an `up`. `restart` starts one container of a dedicated project anew; `upgrade` gives it other versions of its images.
 */
export const OPERATION_KINDS = [
  "up",
  "preview",
  "refresh",
  "destroy",
  "pause",
  "resume",
  "restart",
  "upgrade",
] as const;
export const OperationKind = z.enum(OPERATION_KINDS);
export type OperationKind = z.infer<typeof OperationKind>;

export const OPERATION_STATUSES = ["queued", "running", "succeeded", "failed", "cancelled", "interrupted"] as const;
export const OperationStatus = z.enum(OPERATION_STATUSES);
export type OperationStatus = z.infer<typeof OperationStatus>;

/** True when nothing more will happen to an operation. `interrupted` is not final: it is retried or rolled back. */
export const isFinal = (status: OperationStatus) =>
  status === "succeeded" || status === "failed" || status === "cancelled";

/** One thing that happened in an operation; `seq` counts from 1 without gaps and is the SSE event id. */
export const OperationEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("phase"), phase: z.string(), message: z.string() }),
  z.object({
    type: z.literal("resource"),
    urn: z.string(),
    resourceType: z.string(),
    name: z.string(),
    op: z.string(),
    stage: z.enum(["started", "done", "failed"]),
  }),
  z.object({ type: z.literal("diagnostic"), severity: z.enum(["info", "warning", "error"]), message: z.string() }),
  z.object({ type: z.literal("status"), status: OperationStatus }),
]);
export type OperationEvent = z.infer<typeof OperationEvent>;

/** Error of a failed operation: a stable code, what failed in plain words, the resource, and what to do. */
export const OperationError = z.object({
  code: z.string(),
  message: z.string(),
  resource: z.string().optional(),
  next_step: z.string(),
});
export type OperationError = z.infer<typeof OperationError>;
