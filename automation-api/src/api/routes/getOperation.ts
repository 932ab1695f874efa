import { Operation } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadOperation } from "../../operations/loadOperation.ts";
import { operationView } from "../../operations/operationView.ts";
import { IdParams } from "../params.ts";

export const getOperationRoute = defineRead({
  operation: "getOperation",
  summary: "Show an operation",
  method: "get",
  path: "/operations/{id}",
  params: IdParams,
  response: { status: 200, schema: Operation, description: "The operation" },
  scope: "operations:read",
  load: loadOperation,
  handler: async ({ loaded }) => operationView(loaded),
});
