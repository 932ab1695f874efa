import { OperationError, OperationEvent, OperationStatus } from "@supalove/contracts";
import { z } from "zod";

/** A project as the API lists it; only what the command line shows. */
export const Project = z.object({
  ref: z.string(),
  name: z.string(),
  status: z.string(),
  plan: z.string().optional(),
  created_at: z.string().optional(),
  operation_id: z.string().optional(),
});
export type Project = z.infer<typeof Project>;

/** Answer to a change that runs as an operation. */
export const Accepted = z.object({ operation_id: z.string() });

export const ApiKey = z.object({ name: z.string(), type: z.string().optional(), api_key: z.string().nullish() });

/** An operation as the API shows it. */
export const Operation = z.object({
  id: z.string(),
  kind: z.string(),
  project_ref: z.string().nullish(),
  status: OperationStatus,
  created_at: z.string(),
  started_at: z.string().nullish(),
  finished_at: z.string().nullish(),
  error: OperationError.nullish(),
});
export type Operation = z.infer<typeof Operation>;

export { OperationEvent };
