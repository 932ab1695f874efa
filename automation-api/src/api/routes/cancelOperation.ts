import { Operation } from "@supalove/contracts/api/index.ts";
import { ApiError } from "../../http/apiError.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { cancelOperation } from "../../operations/cancelOperation.ts";
import { loadOperation } from "../../operations/loadOperation.ts";
import { operationView } from "../../operations/operationView.ts";
import { IdParams } from "../params.ts";

export const cancelOperationRoute = defineChange({
  operation: "cancelOperation",
  summary: "Cancel an operation: at once while it waits, else as soon as it can stop cleanly",
  method: "post",
  path: "/operations/{id}/cancel",
  params: IdParams,
  response: { status: 202, schema: Operation, description: "The operation; follow it to see its end" },
  scope: "operations:write",
  load: loadOperation,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ loaded: operation }, tx) {
    if ((await cancelOperation(tx, operation)) === "finished") {
      throw new ApiError(
        "operation_finished",
        `The operation has ended already (${operation.status}).`,
        "Nothing is left to cancel.",
      );
    }
    const now = await tx.operation.findUniqueOrThrow({ where: { id: operation.id } });
    return {
      body: operationView(now),
      audit: {
        ...(operation.projectRef === null ? {} : { projectRef: operation.projectRef }),
        details: { operation_id: operation.id },
      },
    };
  },
});
