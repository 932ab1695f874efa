import { ApplyPreviewBody, StartedOperation } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { applyPreview } from "../../previews/applyPreview.ts";
import { loadApplyTarget } from "../../previews/loadPreview.ts";
import { ProjectParams } from "../params.ts";

export const applyPreviewRoute = defineChange({
  operation: "applyPreview",
  summary: "Apply a preview: what it showed is done, or nothing",
  method: "post",
  path: "/projects/{ref}/operations",
  params: ProjectParams,
  body: ApplyPreviewBody,
  response: { status: 202, schema: StartedOperation, description: "The operation that applies it" },
  scope: "projects:write",
  load: loadApplyTarget,
  idempotent: true,
  impact: "depends",
  fails: [409],
  async handler({ services, loaded: target, caller, body }, tx) {
    const { preview, operationId } = await applyPreview(services, tx, caller, target, body);
    return {
      body: { operation_id: operationId },
      audit: {
        organizationId: target.organizationId,
        projectRef: target.ref,
        details: { preview_id: preview.id, kind: preview.kind, operation_id: operationId },
      },
    };
  },
});
