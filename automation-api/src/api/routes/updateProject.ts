import { nameKey, ProjectChange, UpdateProjectBody } from "@supalove/contracts/api/index.ts";
import { isUniqueViolation } from "../../database/failures.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { projectChangeView } from "../../projects/projectView.ts";
import { ProjectParams } from "../params.ts";

export const updateProjectRoute = defineChange({
  operation: "updateProject",
  summary: "Rename a project",
  method: "patch",
  path: "/projects/{ref}",
  params: ProjectParams,
  body: UpdateProjectBody,
  response: { status: 200, schema: ProjectChange, description: "Done; a new name needs no operation" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  fails: [409],
  async handler({ loaded: project, body: { name } }, tx) {
    if (project.status === "GOING_DOWN") throw errors.projectNotReady(project.status);
    try {
      await tx.project.update({ where: { ref: project.ref }, data: { name, nameKey: nameKey(name) } });
    } catch (error) {
      throw isUniqueViolation(error) ? errors.nameTaken(name) : error;
    }
    return {
      body: projectChangeView({ ...project, name }, null),
      audit: {
        organizationId: project.organizationId,
        projectRef: project.ref,
        details: { from: project.name, to: name },
      },
    };
  },
});
