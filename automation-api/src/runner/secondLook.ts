import type { OperationError } from "@supalove/contracts";
import { PREVIEW_STALE } from "../previews/previewStatus.ts";
import { lookAhead } from "./lookAhead.ts";
import { removeRows } from "./removeRows.ts";
import type { Ending, Run } from "./run.ts";

const STALE: OperationError = {
  code: PREVIEW_STALE,
  message: "Something else would happen now than the preview showed. Nothing was done.",
  next_step: "Make a new preview, look at it, and apply that one.",
};

/**
 * Right before a preview is applied: looks once more, and goes on only if exactly what the preview showed would happen.
 * An apply that was interrupted after its second look has begun to change things and does not look again.
 * @returns how the operation ends instead; undefined to go on
 */
export async function secondLook(run: Run): Promise<Ending | undefined> {
  const { preview, operation, input } = run;
  if (preview === null || operation.kind === "preview" || input.looked === true) return undefined;
  const projectStatus = input.status_if_cancelled;
  run.journal.phase("second_look", "Looking once more at what would happen");
  const look = await lookAhead(run, preview);
  if (look.status !== "planned") return { ...look, projectStatus };
  if (look.digest === preview.digest) {
    await run.lease.transaction(async (tx) => {
      await tx.operation.update({ where: { id: operation.id }, data: { input: { ...input, looked: true } } });
    });
    return undefined;
  }
  if (!input.creates) return { status: "failed", error: STALE, projectStatus };
  // The project came into being with this operation, and of its stack there is nothing yet.
  return { status: "failed", error: STALE, projectStatus: "REMOVED", write: (tx) => removeRows(tx, run) };
}
