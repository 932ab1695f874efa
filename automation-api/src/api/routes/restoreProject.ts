import { ProjectChange } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { projectChangeView } from "../../projects/projectView.ts";
import { restoreProject } from "../../projects/restoreProject.ts";
import { ProjectParams } from "../params.ts";

export const restoreProjectRoute = defineChange({
  operation: "restoreProject",
  summary: "Bring a paused project back, repair an unhealthy one, or try again to make one that failed",
  method: "post",
  path: "/projects/{ref}/restore",
  params: ProjectParams,
  response: { status: 200, schema: ProjectChange, description: "RESTORING or COMING_UP, then ACTIVE_HEALTHY" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  // At most: bringing a paused one back only makes it run.
  impact: "change",
  fails: [409],
  async handler({ loaded: project, caller }, tx) {
    const { organizationId, ref: projectRef } = project;
    const operation_id = await restoreProject(tx, caller, project, null);
    return {
      body: projectChangeView(project, operation_id),
      audit: { organizationId, projectRef, details: { operation_id } },
    };
  },
});
