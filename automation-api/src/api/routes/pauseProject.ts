import { ProjectChange } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { pauseProject } from "../../projects/pauseProject.ts";
import { projectChangeView } from "../../projects/projectView.ts";
import { ProjectParams } from "../params.ts";

export const pauseProjectRoute = defineChange({
  operation: "pauseProject",
  summary: "Pause a project: its data stays, its requests are refused until it is restored",
  method: "post",
  path: "/projects/{ref}/pause",
  params: ProjectParams,
  response: { status: 200, schema: ProjectChange, description: "PAUSING, then INACTIVE" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "run",
  fails: [409],
  async handler({ loaded: project, caller }, tx) {
    const { organizationId, ref: projectRef } = project;
    const operation_id = await pauseProject(tx, caller, project, null);
    return {
      body: projectChangeView(project, operation_id),
      audit: { organizationId, projectRef, details: { operation_id } },
    };
  },
});
