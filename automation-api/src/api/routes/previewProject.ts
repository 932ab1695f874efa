import { PreviewChangeBody, StartedPreview } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../../database/client.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { addPreview } from "../../previews/addPreview.ts";
import type { Wished } from "../../previews/wished.ts";
import { checkWish } from "../../projects/changeProject.ts";
import { checkUp } from "../../projects/checkUp.ts";
import { type LoadedProject, loadProject } from "../../projects/loadProject.ts";
import { checkNameFree } from "../../projects/planProject.ts";
import { projectWish } from "../../projects/projectWish.ts";
import { checkRestartable } from "../../projects/restartService.ts";
import { checkPaused } from "../../projects/restoreProject.ts";
import { ProjectParams } from "../params.ts";
import type { Services } from "../services.ts";

/** The act that a body wishes for; undefined where it wishes for a change. @throws ApiError where the project can't do it */
function actOf(project: LoadedProject, body: PreviewChangeBody): Wished | undefined {
  if (body.delete === true) return { kind: "delete", backup: body.backup ?? true };
  if (body.pause === true) {
    checkUp(project);
    return { kind: "pause" };
  }
  if (body.resume === true) {
    checkPaused(project);
    return { kind: "resume" };
  }
  if (body.restart === undefined) return undefined;
  checkRestartable(project, body.restart);
  return { kind: "restart", service: body.restart };
}

async function changeOf(
  services: Services,
  tx: Transaction,
  project: LoadedProject,
  body: PreviewChangeBody,
): Promise<Wished> {
  const wish = await projectWish(services, tx, project, body);
  await checkWish(tx, project, wish);
  if (wish.name !== undefined) await checkNameFree(tx, project.organizationId, wish.name, project.ref);
  return { kind: "change", ...wish };
}

export const previewProjectRoute = defineChange({
  operation: "previewProject",
  summary:
    "Preview a change of a project, its pause, the end of that, a service's restart, or the project's end; an empty body asks what an update that wishes for nothing would do",
  method: "post",
  path: "/projects/{ref}/previews",
  params: ProjectParams,
  body: PreviewChangeBody,
  response: { status: 202, schema: StartedPreview, description: "The preview, and the operation that makes it" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "none",
  fails: [409, 429],
  async handler({ services, loaded: project, caller, body }, tx) {
    const { ref, organizationId, name, stateVersion } = project;
    if (project.status === "GOING_DOWN") throw errors.projectNotReady(project.status);
    // There is no stack to look at.
    if (project.status === "INIT_FAILED" && body.delete !== true) throw errors.projectNeverReady();
    const wished = actOf(project, body) ?? (await changeOf(services, tx, project, body));
    const { refresh = false } = body;
    const started = await addPreview(services, tx, caller, {
      organizationId,
      ref,
      name,
      wished,
      refresh,
      stateVersion,
    });
    const details = { preview_id: started.id, operation_id: started.operation_id, kind: wished.kind };
    return { body: started, audit: { organizationId, projectRef: ref, details } };
  },
});
