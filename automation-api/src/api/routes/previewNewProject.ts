import { newProjectRef } from "@supalove/contracts";
import { CreateProjectBody, StartedPreview } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { addPreview } from "../../previews/addPreview.ts";
import { ImportedSecrets } from "../../previews/wished.ts";
import { checkCapacity } from "../../projects/checkCapacity.ts";
import { leasePorts } from "../../projects/leasePorts.ts";
import { checkNameFree, planProject } from "../../projects/planProject.ts";

export const previewNewProjectRoute = defineChange({
  operation: "previewNewProject",
  summary: "Preview a project that is to be created; nothing is made until the preview is applied",
  method: "post",
  path: "/previews",
  body: CreateProjectBody,
  response: { status: 202, schema: StartedPreview, description: "The preview, and the operation that makes it" },
  scope: "account",
  idempotent: true,
  impact: "none",
  fails: [403, 404, 409, 429, 501, 503],
  async handler({ services, caller, body }, tx) {
    const { organizationId, plan } = await planProject(services, tx, caller, body);
    await checkCapacity(tx, services.env, organizationId, plan);
    await checkNameFree(tx, organizationId, plan.name);
    const ref = newProjectRef();
    // Kept for the project, should the preview be applied: it would else be made on other ports than the preview showed.
    if (plan.serverId !== null) await leasePorts(tx, plan.serverId, ref);
    const started = await addPreview(services, tx, caller, {
      organizationId,
      ref,
      name: plan.name,
      wished: { kind: "create", ...plan },
      imported: ImportedSecrets.parse(body),
      refresh: false,
      stateVersion: 0,
    });
    return {
      body: started,
      audit: {
        organizationId,
        details: { preview_id: started.id, operation_id: started.operation_id, name: plan.name },
      },
    };
  },
});
