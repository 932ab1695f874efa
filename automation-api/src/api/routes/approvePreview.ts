import { ApprovePreviewBody, Preview } from "@supalove/contracts/api/index.ts";
import { approvePreview } from "../../approvals/approvePreview.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadPreview } from "../../previews/loadPreview.ts";
import { previewView } from "../../previews/previewView.ts";
import { IdParams } from "../params.ts";

export const approvePreviewRoute = defineChange({
  operation: "approvePreview",
  summary: "Approve a preview that somebody else asked for, as it was looked at",
  method: "post",
  path: "/previews/{id}/approve",
  params: IdParams,
  body: ApprovePreviewBody,
  response: { status: 200, schema: Preview, description: "The preview, with whose approval counts" },
  scope: "projects:write",
  load: loadPreview,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ caller, loaded, body: { digest } }, tx) {
    await approvePreview(tx, caller, loaded, digest);
    const { id, organizationId, projectRef } = loaded.preview;
    const body = await previewView(tx, caller, loaded);
    return { body, audit: { organizationId, projectRef, details: { preview_id: id, digest } } };
  },
});
