import { ProjectChange } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { deleteProject } from "../../projects/deleteProject.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { projectChangeView } from "../../projects/projectView.ts";
import { ProjectParams } from "../params.ts";

export const deleteProjectRoute = defineChange({
  operation: "deleteProject",
  summary: "Delete a project with all its data; this call is the confirmation",
  method: "delete",
  path: "/projects/{ref}",
  params: ProjectParams,
  response: { status: 200, schema: ProjectChange, description: "GOING_DOWN from now on, then 404" },
  scope: "projects:delete",
  load: loadProject,
  idempotent: true,
  async handler({ loaded: project, caller }, tx) {
    const operationId = await deleteProject(tx, caller, project);
    return {
      body: projectChangeView(project, operationId),
      audit: {
        organizationId: project.organizationId,
        projectRef: project.ref,
        details: { name: project.name, operation_id: operationId },
      },
    };
  },
});
