import { changeDigest } from "@supalove/components/preview/changeDigest.ts";
import { AcceptDriftBody, Drift } from "@supalove/contracts/api/index.ts";
import { driftView } from "../../drift/driftView.ts";
import { isAcceptable } from "../../drift/isAcceptable.ts";
import { ApiError } from "../../http/apiError.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

export const acceptDriftRoute = defineChange({
  operation: "acceptDrift",
  summary: "Leave what the last look found, as it was looked at: it no longer counts as drift",
  method: "post",
  path: "/projects/{ref}/drift/accept",
  params: ProjectParams,
  body: AcceptDriftBody,
  response: { status: 200, schema: Drift, description: "All of it is accepted; a repair still puts it right" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ loaded: { ref, organizationId }, body: { digest: seen } }, tx) {
    const { changes, digest } = await driftView(tx, ref);
    if (digest === null) {
      throw new ApiError(
        "drift_unknown",
        "Nobody has looked for drift of this project yet.",
        "Look first: `POST /v1/projects/{ref}/drift`.",
      );
    }
    // Looks come by themselves: nobody is to accept what the last one found and they have not seen.
    if (digest !== seen) {
      throw new ApiError(
        "drift_changed",
        "The digest is not that of the last look: it found something else than you were shown.",
        `See what it found, \`GET /v1/projects/${ref}/drift\`, and send the digest that it shows.`,
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
