import { StartedOperation } from "@supalove/contracts/api/index.ts";
import { startLook } from "../../drift/startLook.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

/** Of these there is a stack to look at. */
const HAS_STACK: ReadonlySet<string> = new Set(["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY", "INACTIVE"]);

export const checkDriftRoute = defineChange({
  operation: "checkDrift",
  summary: "Compare what a project really has with what it should have; changes nothing",
  method: "post",
  path: "/projects/{ref}/drift",
  params: ProjectParams,
  response: { status: 202, schema: StartedOperation, description: "The look is under way" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ loaded: project, caller }, tx) {
    if (!HAS_STACK.has(project.status)) throw errors.projectNotReady(project.status);
    const { ref: projectRef, organizationId } = project;
    const operation_id = await startLook(tx, caller, project);
    return { body: { operation_id }, audit: { organizationId, projectRef, details: { operation_id } } };
  },
});
