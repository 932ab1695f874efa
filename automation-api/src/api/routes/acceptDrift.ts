import { Drift } from "@supalove/contracts/api/index.ts";
import { changeDigest } from "../../drift/changeDigest.ts";
import { driftView } from "../../drift/driftView.ts";
import { isAcceptable } from "../../drift/isAcceptable.ts";
import { ApiError } from "../../http/apiError.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

export const acceptDriftRoute = defineChange({
  operation: "acceptDrift",
  summary: "Leave what the last look found as it is: it no longer counts as drift",
  method: "post",
  path: "/projects/{ref}/drift/accept",
  params: ProjectParams,
  response: { status: 200, schema: Drift, description: "All of it is accepted; a repair still puts it right" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ loaded: { ref, organizationId } }, tx) {
    const { changes, checked_at } = await driftView(tx, ref);
    if (checked_at === null) {
      throw new ApiError(
        "drift_unknown",
        "Nobody has looked for drift of this project yet.",
        "Look first: `POST /v1/projects/{ref}/drift`.",
      );
    }
    const refused = changes.find((change) => !change.accepted && !isAcceptable(change));
    if (refused !== undefined) {
      throw new ApiError(
        "drift_not_acceptable",
        `This can't be left as it is: ${refused.summary.split("\n")[0]}.`,
        "Repair it: `POST /v1/projects/{ref}/drift/repair`.",
      );
    }
    const accepted = changes.map(changeDigest);
    await tx.driftLook.update({ where: { projectRef: ref }, data: { accepted } });
    const details = { accepted: accepted.length };
    return { body: await driftView(tx, ref), audit: { organizationId, projectRef: ref, details } };
  },
});
