import { OperationDetails } from "@supalove/contracts/api/index.ts";
import { atOneMoment } from "../../database/atOneMoment.ts";
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
  // The row once more, beside its events: an operation that waits has no phases, and one that has ended none that goes on.
  handler: ({ services, loaded }) =>
    atOneMoment(services.database, async (tx) => {
      const row = (await tx.operation.findUnique({ where: { id: loaded.id } })) ?? loaded;
      return { ...operationView(row), phases: await operationPhases(tx, row) };
    }),
});
