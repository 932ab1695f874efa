import { PostgrestConfig } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { restSettings } from "../../projects/restSettings.ts";
import { openProjectSecrets } from "../../secrets/openProjectSecrets.ts";
import { ProjectParams } from "../params.ts";

export const getPostgrestRoute = defineRead({
  operation: "getPostgrest",
  summary: "Show a project's REST settings and its JWT secret",
  method: "get",
  path: "/projects/{ref}/postgrest",
  params: ProjectParams,
  response: { status: 200, schema: PostgrestConfig, description: "Settings" },
  scope: "secrets:read",
  load: loadProject,
  fails: [409],
  audit: ({ loaded }) => ({ organizationId: loaded.organizationId, projectRef: loaded.ref }),
  async handler({ services, loaded: project }) {
    const { jwt_secret } = await openProjectSecrets(services, project, ["jwt_secret"]);
    const { schemas, extraSearchPath, maxRows } = restSettings();
    return {
      db_schema: schemas.join(","),
      db_extra_search_path: extraSearchPath.join(", "),
      max_rows: maxRows,
      db_pool: null,
      jwt_secret,
    };
  },
});
