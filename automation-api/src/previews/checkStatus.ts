import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";
import { type PreviewedProject, type PreviewRow, previewStatus } from "./previewStatus.ts";

/** Refuses a preview that can't be applied any more, or not yet. @throws ApiError `preview_not_ready`, `preview_stale`, `preview_applied` */
export function checkStatus(preview: PreviewRow, project: PreviewedProject): void {
  const again = "Make a new preview, look at it, and apply that one.";
  switch (previewStatus(preview, project)) {
    case "ready":
      return;
    case "queued":
    case "running":
      throw new ApiError(
        "preview_not_ready",
        "The preview is not ready yet.",
        `Wait until \`GET /v1/previews/${preview.id}\` says ready.`,
      );
    case "failed":
      throw new ApiError("preview_not_ready", "The preview failed: there is nothing to apply.", again);
    case "stale":
      throw new ApiError("preview_stale", "The project was changed after the preview was made.", again);
    case "applied":
      throw errors.previewApplied();
  }
}
