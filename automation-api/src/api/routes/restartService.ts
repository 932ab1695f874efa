import { ProjectRef, StackService } from "@supalove/contracts";
import { StartedOperation } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineChange } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { restartService } from "../../projects/restartService.ts";

export const restartServiceRoute = defineChange({
  operation: "restartService",
  summary: "Start one service of a dedicated project anew",
  method: "post",
  path: "/projects/{ref}/services/{service}/restart",
  params: z.object({ ref: ProjectRef, service: StackService }),
  response: { status: 202, schema: StartedOperation, description: "RESTARTING, then ACTIVE_HEALTHY" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "run",
  fails: [409],
  async handler({ loaded: project, caller, params: { service } }, tx) {
    const { organizationId, ref: projectRef } = project;
    const operation_id = await restartService(tx, caller, project, service, null);
    return { body: { operation_id }, audit: { organizationId, projectRef, details: { operation_id, service } } };
  },
});
