import type { OperationKind } from "@supalove/contracts";
import type { Actor } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { newId } from "../ids/newId.ts";
import type { OperationInput } from "./operationInput.ts";

/** Kinds that change nothing, not even the state. */
const LOOKS: ReadonlySet<OperationKind> = new Set(["preview", "refresh"]);

/** Makes every preview of the project stale that was asked for before. */
export async function changeState(tx: Transaction, ref: string): Promise<void> {
  await tx.project.update({ where: { ref }, data: { stateVersion: { increment: 1 } } });
}

/**
 * Puts an operation at the end of its project's queue, in the caller's transaction; a trigger makes the job. The project has
 * the status from then on that its input says.
 * @param projectRef null for the preview of a project that is to be created
 * @param previewId the preview that the operation makes or applies
 */
export async function addOperation(
  tx: Transaction,
  { actor, userId: actorId }: Actor,
  projectRef: string | null,
  kind: OperationKind,
  summary: string,
  input: OperationInput,
  previewId: string | null = null,
): Promise<string> {
  const id = newId("op");
  await tx.operation.create({ data: { id, kind, projectRef, previewId, actor, actorId, summary, input } });
  if (projectRef !== null && !LOOKS.has(kind)) await changeState(tx, projectRef);
  const status = input.status_meanwhile;
  if (projectRef !== null && status !== undefined) {
    await tx.project.update({ where: { ref: projectRef }, data: { status } });
  }
  await tx.operationEvent.create({ data: { operationId: id, seq: 1, event: { type: "status", status: "queued" } } });
  return id;
}
