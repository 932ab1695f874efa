import { Operation, OperationsQuery } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import type { Caller } from "../../auth/caller.ts";
import type { Database } from "../../database/client.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { ofMember } from "../../operations/loadOperation.ts";
import { operationView } from "../../operations/operationView.ts";

/** Place of an operation in the history of those the caller may see. @throws ApiError `operation_not_found` */
async function numberOf(database: Database, caller: Caller, id: string): Promise<bigint> {
  const found = await database.operation.findFirst({ where: { id, ...ofMember(caller) }, select: { number: true } });
  if (found === null) throw errors.operationNotFound();
  return found.number;
}

export const listOperationsRoute = defineRead({
  operation: "listOperations",
  summary: "List operations of your organizations, newest first",
  method: "get",
  path: "/operations",
  query: OperationsQuery,
  response: { status: 200, schema: z.array(Operation), description: "Operations" },
  scope: "account",
  fails: [404],
  async handler({ services, caller, query }) {
    const older = query.before === undefined ? undefined : await numberOf(services.database, caller, query.before);
    const operations = await services.database.operation.findMany({
      where: {
        ...(query.project_ref === undefined ? {} : { projectRef: query.project_ref }),
        ...(query.kind === undefined ? {} : { kind: query.kind }),
        ...(query.status === undefined ? {} : { status: query.status }),
        ...(older === undefined ? {} : { number: { lt: older } }),
        ...ofMember(caller),
      },
      orderBy: { number: "desc" },
      take: query.limit,
    });
    return operations.map(operationView);
  },
});
