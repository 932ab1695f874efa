import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { z } from "zod";

/** Column `input` of an operation: what the runner needs to know beside the project itself. Never holds a secret. */
export const OperationInput = z.object({
  /** The operation makes the project: when it fails, everything it made is taken away again. */
  creates: z.boolean().default(false),
  /** The project's status when the operation is cancelled before it began. */
  status_if_cancelled: ProjectStatus,
});
export type OperationInput = z.infer<typeof OperationInput>;
