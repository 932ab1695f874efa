import { PreviewChangeBody, StartedPreview } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { addPreview } from "../../previews/addPreview.ts";
import type { Wished } from "../../previews/wished.ts";
import { checkWish } from "../../projects/changeProject.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { checkNameFree } from "../../projects/planProject.ts";
import { projectWish } from "../../projects/projectWish.ts";
import { ProjectParams } from "../params.ts";

/** In these there is no stack to look at, or it is going away. */
const NO_STACK: ReadonlySet<string> = new Set(["GOING_DOWN", "INIT_FAILED"]);

export const previewProjectRoute = defineChange({
  operation: "previewProject",
  summary:
    "Preview a change of a project, or its end; an empty body asks what an update that wishes for nothing would do",
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
    const going = body.delete === true;
    if (project.status === "GOING_DOWN" || (!going && NO_STACK.has(project.status))) {
      throw errors.projectNotReady(project.status);
    }
    const { delete: _, backup, refresh = false, ...change } = body;
    const wish = await projectWish(services, tx, project, change);
    await checkWish(tx, project, wish);
    if (wish.name !== undefined) await checkNameFree(tx, organizationId, wish.name, ref);
    const wished: Wished = going ? { kind: "delete", backup: backup ?? true } : { kind: "change", ...wish };
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
