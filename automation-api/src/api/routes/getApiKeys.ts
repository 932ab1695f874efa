import { ApiKey, QueryFlag } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineRead } from "../../http/defineRoute.ts";
import { apiKeys } from "../../projects/apiKeys.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

export const getApiKeysRoute = defineRead({
  operation: "getApiKeys",
  summary: "List a project's API keys; the secret ones are masked unless `reveal=true`",
  method: "get",
  path: "/projects/{ref}/api-keys",
  params: ProjectParams,
  query: z.strictObject({ reveal: QueryFlag.default(false) }),
  response: { status: 200, schema: z.array(ApiKey), description: "Keys" },
  scope: "secrets:read",
  load: loadProject,
  fails: [409],
  audit: ({ loaded, query }) =>
    query.reveal
      ? { organizationId: loaded.organizationId, projectRef: loaded.ref, details: { reveal: true } }
      : undefined,
  handler: ({ services, loaded, query }) => apiKeys(services, loaded, query.reveal),
});
