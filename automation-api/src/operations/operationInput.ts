import { StackService } from "@supalove/contracts";
import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { ProjectWish } from "../previews/wished.ts";

/** Column `input` of an operation: what the runner needs to know beside the project itself. Never holds a secret. */
export const OperationInput = z.object({
  /** The operation makes the project: when it fails, everything it made is taken away again. */
  creates: z.boolean().default(false),
  /**
   * The project's status when the operation is cancelled before it began; absent where it leaves the status alone. An earlier
   * operation that ends writes here where it left the project.
   */
  status_if_cancelled: ProjectStatus.optional(),
  /**
   * The status that the project has from the request on until the operation ends; absent where it keeps the one it has. An
   * earlier operation that ends, or is cancelled, in between leaves it alone.
   */
  status_meanwhile: ProjectStatus.optional(),
  /** An `up` that the platform asked for, to bring the project's schema to this version. */
  upgrade_to: z.string().optional(),
  /** What an `up` is to change of the project; written to its row once it is so. */
  change: ProjectWish.optional(),
  /** An `up` that looks at the real resources first and puts right what differs: a repair of drift. */
  repairs: z.boolean().optional(),
  /**
   * How far an `upgrade` is once it has begun to change things: forward, or back, with how it then ends. One that was cut off
   * goes on from there.
   */
  upgrade: z
    .discriminatedUnion("way", [
      z.object({ way: z.literal("forward") }),
      z.object({ way: z.literal("back"), ending: z.enum(["failed", "cancelled"]), why: z.string() }),
    ])
    .optional(),
  /** The service that a `restart` is for. */
  service: StackService.optional(),
  /** False where a `destroy` is to take no last backup. */
  backup: z.boolean().optional(),
  /**
   * Everything that is looked at before something is changed was found good: the preview that is applied, and a second person's
   * approval where one is wanted. An operation that is interrupted after that goes on from there.
   */
  looked: z.boolean().optional(),
});
export type OperationInput = z.infer<typeof OperationInput>;
