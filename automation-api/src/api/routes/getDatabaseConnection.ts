import { DatabaseConnection, QueryFlag } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineRead } from "../../http/defineRoute.ts";
import { databaseConnection } from "../../projects/databaseConnection.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

export const getDatabaseConnectionRoute = defineRead({
  operation: "getDatabaseConnection",
  summary: "Show how to connect to a project's database; the password is masked unless `reveal=true`",
  method: "get",
  path: "/projects/{ref}/database/connection",
  params: ProjectParams,
  query: z.strictObject({ reveal: QueryFlag.default(false) }),
  response: { status: 200, schema: DatabaseConnection, description: "Login and connection string" },
  scope: "secrets:read",
  load: loadProject,
  fails: [409],
  audit: ({ loaded, query }) =>
    query.reveal
      ? { organizationId: loaded.organizationId, projectRef: loaded.ref, details: { reveal: true } }
      : undefined,
  handler: ({ services, loaded, query }) => databaseConnection(services, loaded, query.reveal),
});
