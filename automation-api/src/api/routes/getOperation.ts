import { OperationDetails } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadOperation } from "../../operations/loadOperation.ts";
import { operationPhases } from "../../operations/operationPhases.ts";
import { operationView } from "../../operations/operationView.ts";
import { IdParams } from "../params.ts";

export const getOperationRoute = defineRead({
  operation: "getOperation",
  summary: "Show an operation, and how long each of its phases took",
  method: "get",
  path: "/operations/{id}",
  params: IdParams,
  response: { status: 200, schema: OperationDetails, description: "The operation" },
  scope: "operations:read",
  load: loadOperation,
  handler: async ({ services, loaded }) => ({
    ...operationView(loaded),
    phases: await operationPhases(services.database, loaded),
  }),
});
