import { ProjectStatus, StartedOperation } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { addOperation } from "../../operations/addOperation.ts";
import { checkUp } from "../../projects/checkUp.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

export const repairDriftRoute = defineChange({
  operation: "repairDrift",
  summary: "Make a project what it should be again: looks first, and puts right whatever differs",
  method: "post",
  path: "/projects/{ref}/drift/repair",
  params: ProjectParams,
  response: { status: 202, schema: StartedOperation, description: "The repair is under way" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "change",
  fails: [409],
  async handler({ loaded: project, caller }, tx) {
    const { ref: projectRef, organizationId, name, status } = project;
    checkUp(project);
    const input = { creates: false, repairs: true, status_if_cancelled: ProjectStatus.parse(status) };
    const operation_id = await addOperation(tx, caller, projectRef, "up", `Repair project "${name}"`, input);
    return { body: { operation_id }, audit: { organizationId, projectRef, details: { operation_id } } };
  },
});
