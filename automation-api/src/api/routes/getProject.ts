import { Project } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadCatalogue } from "../../images/catalogue.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { projectView } from "../../projects/projectView.ts";
import { ProjectParams } from "../params.ts";

export const getProjectRoute = defineRead({
  operation: "getProject",
  summary: "Show a project",
  method: "get",
  path: "/projects/{ref}",
  params: ProjectParams,
  response: { status: 200, schema: Project, description: "The project" },
  scope: "projects:read",
  load: loadProject,
  handler: async ({ loaded, services: { env, database } }) =>
    projectView(loaded, env.PUBLIC_GATEWAY_URL, await loadCatalogue(database, env)),
});
