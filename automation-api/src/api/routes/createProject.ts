import { CreatedProject, CreateProjectBody } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadCatalogue } from "../../images/catalogue.ts";
import { createProject } from "../../projects/createProject.ts";
import { projectView } from "../../projects/projectView.ts";

export const createProjectRoute = defineChange({
  operation: "createProject",
  summary: "Create a project; it answers from the first moment and is ready when its status is ACTIVE_HEALTHY",
  method: "post",
  path: "/projects",
  body: CreateProjectBody,
  response: { status: 201, schema: CreatedProject, description: "The project, and the operation that makes it" },
  scope: "account",
  idempotent: true,
  impact: "depends",
  fails: [403, 404, 409, 501, 503],
  async handler({ services, caller, body }, tx) {
    const { project, operationId } = await createProject(services, tx, caller, body);
    const { env } = services;
    const view = projectView(project, env.PUBLIC_GATEWAY_URL, await loadCatalogue(tx, env));
    return {
      body: { ...view, operation_id: operationId },
      audit: {
        organizationId: project.organizationId,
        projectRef: project.ref,
        details: { name: project.name, plan: project.plan, operation_id: operationId },
      },
    };
  },
});
