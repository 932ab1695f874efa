import { ProjectRef, StackService } from "@supalove/contracts";
import { ProjectStatus, StartedOperation } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { addOperation } from "../../operations/addOperation.ts";
import { loadProject } from "../../projects/loadProject.ts";

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
  impact: "none",
  fails: [409],
  async handler({ loaded: project, caller, params: { service } }, tx) {
    const { ref, name, organizationId, stack, status } = project;
    if (stack === null) throw errors.wrongPlan("shared");
    if (status !== "ACTIVE_HEALTHY" && status !== "ACTIVE_UNHEALTHY") throw errors.projectNotReady(status);
    await tx.project.update({ where: { ref }, data: { status: "RESTARTING" } });
    const operation_id = await addOperation(tx, caller, ref, "restart", `Restart ${service} of project "${name}"`, {
      creates: false,
      service,
      status_if_cancelled: ProjectStatus.parse(status),
    });
    return { body: { operation_id }, audit: { organizationId, projectRef: ref, details: { operation_id, service } } };
  },
});
