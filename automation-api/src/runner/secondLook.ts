import type { OperationError } from "@supalove/contracts";
import type { Preview } from "../generated/prisma/client.ts";
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
 * @returns how the operation ends instead; undefined to go on
 */
export async function secondLook(run: Run, preview: Preview): Promise<Ending | undefined> {
  run.journal.phase("second_look", "Looking once more at what would happen");
  const look = await lookAhead(run, preview);
  if (look.status !== "planned") return { ...look, projectStatus: run.input.status_if_cancelled };
  return look.digest === preview.digest ? undefined : notApplied(run, STALE);
}

/** The end of an apply that has not touched anything: the project is as it was before, or not there. */
export function notApplied(run: Run, error: OperationError): Ending {
  const { input, preview } = run;
  if (!input.creates || preview === null) {
    return { status: "failed", error, projectStatus: input.status_if_cancelled };
  }
  // The project came into being with this operation, and of its stack there is nothing yet.
  return { status: "failed", error, projectStatus: "REMOVED", write: (tx) => removeRows(tx, run) };
}
