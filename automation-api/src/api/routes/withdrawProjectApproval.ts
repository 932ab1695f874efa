import { Preview } from "@supalove/contracts/api/index.ts";
import { withdrawApproval } from "../../approvals/approvePreview.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadProjectPreview } from "../../previews/loadPreview.ts";
import { previewView } from "../../previews/previewView.ts";
import { IdParams, ProjectParams } from "../params.ts";

export const withdrawProjectApprovalRoute = defineChange({
  operation: "withdrawProjectApproval",
  summary: "Take your approval of a preview back, while it is not applied",
  method: "delete",
  path: "/projects/{ref}/previews/{id}/approve",
  params: ProjectParams.extend(IdParams.shape),
  response: { status: 200, schema: Preview, description: "The preview, without your approval" },
  scope: "projects:write",
  load: loadProjectPreview,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ caller, loaded }, tx) {
    await withdrawApproval(tx, caller, loaded);
    const { id, organizationId, projectRef } = loaded.preview;
    return {
      body: await previewView(tx, caller, loaded),
      audit: { organizationId, projectRef, details: { preview_id: id } },
    };
  },
});
