import { DatabasePasswordBody, ProjectChange } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { projectChangeView } from "../../projects/projectView.ts";
import { setDatabasePassword } from "../../projects/setDatabasePassword.ts";
import { ProjectParams } from "../params.ts";

export const setDatabasePasswordRoute = defineChange({
  operation: "setDatabasePassword",
  summary: "Give the project's own database login a new password",
  method: "patch",
  path: "/projects/{ref}/database/password",
  params: ProjectParams,
  body: DatabasePasswordBody,
  response: { status: 200, schema: ProjectChange, description: "In force when the operation has ended" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "change",
  fails: [409],
  async handler({ services, loaded: project, caller, body: { password } }, tx) {
    const operationId = await setDatabasePassword(services, tx, caller, project, password);
    return {
      body: projectChangeView(project, operationId),
      audit: {
        organizationId: project.organizationId,
        projectRef: project.ref,
        details: { operation_id: operationId },
      },
    };
  },
});
