import { ProjectChange, ProjectStatus } from "@supalove/contracts/api/index.ts";
import { refuseUnapproved } from "../../approvals/approvalPolicy.ts";
import { IMPACT_OF_KIND } from "../../approvals/impact.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { addOperation } from "../../operations/addOperation.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { projectChangeView } from "../../projects/projectView.ts";
import { ProjectParams } from "../params.ts";

/** What brings a project back, by the status it is in: the rest is up, or on its way. */
const WAY_BACK: Readonly<
  Record<string, { kind: "resume" | "up"; creates: boolean; status: "RESTORING" | "COMING_UP" }>
> = {
  INACTIVE: { kind: "resume", creates: false, status: "RESTORING" },
  ACTIVE_UNHEALTHY: { kind: "up", creates: false, status: "RESTORING" },
  INIT_FAILED: { kind: "up", creates: true, status: "COMING_UP" },
};

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
  impact: "depends",
  fails: [409],
  async handler({ loaded: project, caller }, tx) {
    const way = WAY_BACK[project.status];
    if (way === undefined) throw errors.projectNotReady(project.status);
    // Bringing a paused one back is its pause undone; the other ways make something.
    await refuseUnapproved(tx, project.organizationId, IMPACT_OF_KIND[way.kind]);
    await tx.project.update({ where: { ref: project.ref }, data: { status: way.status } });
    const operationId = await addOperation(tx, caller, project.ref, way.kind, `Restore project "${project.name}"`, {
      creates: way.creates,
      status_if_cancelled: ProjectStatus.parse(project.status),
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
