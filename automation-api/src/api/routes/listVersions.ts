import { StackSettings } from "@supalove/contracts";
import { ServiceVersions } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineRead } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { loadCatalogue } from "../../images/catalogue.ts";
import { versionsView } from "../../images/versionsView.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

export const listVersionsRoute = defineRead({
  operation: "listVersions",
  summary: "List the versions of a dedicated project's images, and those it may be upgraded to",
  method: "get",
  path: "/projects/{ref}/versions",
  params: ProjectParams,
  response: { status: 200, schema: z.array(ServiceVersions), description: "One entry for each service" },
  scope: "projects:read",
  load: loadProject,
  fails: [409],
  async handler({ services: { database, env }, loaded: { stack } }) {
    if (stack === null) throw errors.wrongPlan("shared");
    return versionsView(await loadCatalogue(database, env), StackSettings.parse(stack).images);
  },
});
