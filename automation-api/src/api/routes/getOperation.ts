import { OperationDetails, type OperationPhase } from "@supalove/contracts/api/index.ts";
import { atOneMoment } from "../../database/atOneMoment.ts";
import { defineRead, type Loader } from "../../http/defineRoute.ts";
import { type LoadedOperation, loadOperation } from "../../operations/loadOperation.ts";
import { operationPhases } from "../../operations/operationPhases.ts";
import { operationView } from "../../operations/operationView.ts";
import { IdParams } from "../params.ts";

type WithPhases = LoadedOperation & { readonly phases: OperationPhase[] };

/** Both together: an operation that waits has no phases, and one that has ended has none that goes on. */
const loadWithPhases: Loader<WithPhases, { id: string }> = (db, caller, params, scope, mode) =>
  atOneMoment(db, async (tx) => {
    const operation = await loadOperation(tx, caller, params, scope, mode);
    return { ...operation, phases: await operationPhases(tx, operation) };
  });

export const getOperationRoute = defineRead({
  operation: "getOperation",
  summary: "Show an operation, and how long each of its phases took",
  method: "get",
  path: "/operations/{id}",
  params: IdParams,
  response: { status: 200, schema: OperationDetails, description: "The operation" },
  scope: "operations:read",
  load: loadWithPhases,
  handler: async ({ loaded }) => ({ ...operationView(loaded), phases: loaded.phases }),
});
