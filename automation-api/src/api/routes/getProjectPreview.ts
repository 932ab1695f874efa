import { Preview } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadProjectPreview } from "../../previews/loadPreview.ts";
import { previewView } from "../../previews/previewView.ts";
import { IdParams, ProjectParams } from "../params.ts";

export const getProjectPreviewRoute = defineRead({
  operation: "getProjectPreview",
  summary: "Show a preview of a project",
  method: "get",
  path: "/projects/{ref}/previews/{id}",
  params: ProjectParams.extend(IdParams.shape),
  response: { status: 200, schema: Preview, description: "The preview; secrets are masked" },
  scope: "projects:read",
  load: loadProjectPreview,
  handler: ({ services, caller, loaded }) => previewView(services.database, caller, loaded),
});
