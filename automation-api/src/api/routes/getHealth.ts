import { Health } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { VERSION } from "../version.ts";

export const getHealthRoute = defineRead({
  operation: "getHealth",
  summary: "Whether this API runs",
  method: "get",
  path: "/health",
  response: { status: 200, schema: Health, description: "It runs" },
  scope: undefined,
  handler: async ({ services }) => ({
    status: "healthy" as const,
    instance: services.env.SUPALOVE_INSTANCE,
    version: VERSION,
  }),
});
