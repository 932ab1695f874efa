import { Preview } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadPreview } from "../../previews/loadPreview.ts";
import { previewView } from "../../previews/previewView.ts";
import { IdParams } from "../params.ts";

export const getPreviewRoute = defineRead({
  operation: "getPreview",
  summary: "Show a preview",
  method: "get",
  path: "/previews/{id}",
  params: IdParams,
  response: { status: 200, schema: Preview, description: "The preview; secrets are masked" },
  scope: "projects:read",
  load: loadPreview,
  handler: ({ services, caller, loaded }) => previewView(services.database, caller, loaded),
});
