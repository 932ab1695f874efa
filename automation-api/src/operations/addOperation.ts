import type { OperationKind } from "@supalove/contracts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { newId } from "../ids/newId.ts";
import type { OperationInput } from "./operationInput.ts";

/** Puts an operation at the end of its project's queue, in the caller's transaction; a trigger makes the job. */
export async function addOperation(
  tx: Transaction,
  caller: Caller,
  projectRef: string,
  kind: OperationKind,
  summary: string,
  input: OperationInput,
): Promise<string> {
  const id = newId("op");
  await tx.operation.create({
    data: { id, kind, projectRef, actor: caller.actor, actorId: caller.userId, summary, input },
  });
  await tx.operationEvent.create({ data: { operationId: id, seq: 1, event: { type: "status", status: "queued" } } });
  return id;
}
