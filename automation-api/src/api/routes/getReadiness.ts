import { Readiness } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { isReady } from "../isReady.ts";

export const getReadinessRoute = defineRead({
  operation: "getReadiness",
  summary: "Whether this API can do its work: the control database answers and is set up",
  method: "get",
  path: "/readyz",
  response: { status: 200, schema: Readiness, description: "It can" },
  scope: undefined,
  async handler({ services }) {
    if (!(await isReady(services.database))) throw errors.databaseUnavailable();
    return { ready: true, checks: { control_database: "ok" as const } };
  },
});
