import { Drift } from "@supalove/contracts/api/index.ts";
import { driftView } from "../../drift/driftView.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

export const getDriftRoute = defineRead({
  operation: "getDrift",
  summary: "Show what the last look at a project found",
  method: "get",
  path: "/projects/{ref}/drift",
  params: ProjectParams,
  response: { status: 200, schema: Drift, description: "`before` is what is there, `after` what should be" },
  scope: "projects:read",
  load: loadProject,
  handler: ({ loaded: { ref }, services }) => driftView(services.database, ref),
});
