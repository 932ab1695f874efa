import { Operation, OperationsQuery } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineRead } from "../../http/defineRoute.ts";
import { ofMember } from "../../operations/loadOperation.ts";
import { operationView } from "../../operations/operationView.ts";

export const listOperationsRoute = defineRead({
  operation: "listOperations",
  summary: "List operations of your organizations, newest first",
  method: "get",
  path: "/operations",
  query: OperationsQuery,
  response: { status: 200, schema: z.array(Operation), description: "Operations" },
  scope: "account",
  async handler({ services, caller, query }) {
    const operations = await services.database.operation.findMany({
      where: {
        ...(query.project_ref === undefined ? {} : { projectRef: query.project_ref }),
        ...(query.status === undefined ? {} : { status: query.status }),
        ...ofMember(caller),
      },
      orderBy: { number: "desc" },
      take: query.limit,
    });
    return operations.map(operationView);
  },
});
