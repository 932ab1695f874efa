import { setTimeout as sleep } from "node:timers/promises";
import { StackContainer, StackView } from "@supalove/contracts/api/index.ts";
import { ApiError } from "../../http/apiError.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

/** What was seen this long ago is fresh enough. */
const FRESH_MS = 15_000;
/** How long the first one who looks waits until the runner has looked, too. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 200;

export const getStackRoute = defineRead({
  operation: "getStack",
  summary: "Show what each container of a dedicated project is doing",
  method: "get",
  path: "/projects/{ref}/stack",
  params: ProjectParams,
  response: { status: 200, schema: StackView, description: "The containers; watched while somebody asks" },
  scope: "projects:read",
  load: loadProject,
  fails: [409, 503],
  async handler({ services: { database }, loaded: { ref, stack } }) {
    if (stack === null) throw errors.wrongPlan("shared");
    const wantedAt = new Date();
    await database.stackView.upsert({
      where: { projectRef: ref },
      create: { projectRef: ref, wantedAt },
      update: { wantedAt },
    });
    for (let waited = 0; waited <= PATIENCE_MS; waited += PAUSE_MS) {
      const view = await database.stackView.findUnique({ where: { projectRef: ref } });
      if (view?.checkedAt && Date.now() - view.checkedAt.getTime() < FRESH_MS) {
        return { containers: StackContainer.array().parse(view.containers), checked_at: view.checkedAt.toISOString() };
      }
      await sleep(PAUSE_MS);
    }
    throw new ApiError(
      "server_unreachable",
      "What the project's containers are doing is not known: its server was not asked, or does not answer.",
      "Look at `./supalove status`; the runner asks, and the server's Docker engine answers.",
      { headers: { "Retry-After": "5" } },
    );
  },
});
