import { BACKUP_WORDS, ProjectChange, QueryFlag } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
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
  query: z.strictObject({ backup: QueryFlag.default(true).meta({ description: BACKUP_WORDS }) }),
  response: { status: 200, schema: ProjectChange, description: "GOING_DOWN from now on, then 404" },
  scope: "projects:delete",
  load: loadProject,
  idempotent: true,
  fails: [409],
  impact: "destroy",
  async handler({ loaded: project, caller, query: { backup } }, tx) {
    const operationId = await deleteProject(tx, caller, project, { backup });
    return {
      body: projectChangeView(project, operationId),
      audit: {
        organizationId: project.organizationId,
        projectRef: project.ref,
        details: { name: project.name, operation_id: operationId, backup },
      },
    };
  },
});
