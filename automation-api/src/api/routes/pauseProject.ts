import { ProjectChange } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { addOperation } from "../../operations/addOperation.ts";
import { loadProject } from "../../projects/loadProject.ts";
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
  impact: "none",
  fails: [409],
  async handler({ loaded: project, caller }, tx) {
    if (project.status !== "ACTIVE_HEALTHY" && project.status !== "ACTIVE_UNHEALTHY") {
      throw errors.projectNotReady(project.status);
    }
    await tx.project.update({ where: { ref: project.ref }, data: { status: "PAUSING" } });
    const operationId = await addOperation(tx, caller, project.ref, "pause", `Pause project "${project.name}"`, {
      creates: false,
      status_if_cancelled: project.status,
    });
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
