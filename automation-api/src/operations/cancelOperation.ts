import { isFinal, OperationStatus } from "@supalove/contracts";
import type { Transaction } from "../database/client.ts";
import type { Operation } from "../generated/prisma/client.ts";
import { isStatusHeld } from "./isStatusHeld.ts";
import { OperationInput } from "./operationInput.ts";

export type CancelOutcome = "cancelled" | "requested" | "finished";

/**
 * Cancels an operation: at once when it still waits, else by asking the runner, which hears of it at commit. The caller
 * holds the lock on the operation's row, so the runner can't begin it in between.
 */
export async function cancelOperation(tx: Transaction, operation: Operation): Promise<CancelOutcome> {
  const status = OperationStatus.parse(operation.status);
  if (isFinal(status)) return "finished";
  const now = new Date();
  if (status !== "queued") {
    await tx.operation.update({ where: { id: operation.id }, data: { cancelRequestedAt: now } });
    return "requested";
  }
  await tx.operation.update({
    where: { id: operation.id },
    data: { status: "cancelled", finishedAt: now, cancelRequestedAt: now },
  });
  const seq = 1 + (await tx.operationEvent.count({ where: { operationId: operation.id } }));
  const event = { type: "status", status: "cancelled" };
  await tx.operationEvent.create({ data: { operationId: operation.id, seq, event } });
  const { projectRef: ref } = operation;
  const { status_if_cancelled } = OperationInput.parse(operation.input);
  if (ref !== null && status_if_cancelled !== undefined && !(await isStatusHeld(tx, ref, operation.number))) {
    await tx.project.update({ where: { ref }, data: { status: status_if_cancelled } });
  }
  return "cancelled";
}
