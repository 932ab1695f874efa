import { z } from "zod";
import { OperationError, OperationStatus } from "./operations.ts";
import { ProjectRef } from "./projectRef.ts";

/* What `./supalove up --all` and the platform's administrative commands say to each other. */

/** A project, and the operation that brings it back; one that is left alone has none, and the reason in words. */
export const QueuedRepair = z.object({
  ref: ProjectRef,
  name: z.string(),
  operation_id: z.string().nullable(),
  skipped: z.string().nullable(),
});
export type QueuedRepair = z.infer<typeof QueuedRepair>;

/** How far such an operation is. */
export const RepairState = z.object({
  operation_id: z.string(),
  status: OperationStatus,
  /** The project's status. */
  project_status: z.string(),
  error: OperationError.nullable(),
});
export type RepairState = z.infer<typeof RepairState>;
