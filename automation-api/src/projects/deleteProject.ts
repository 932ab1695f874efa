import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { addOperation } from "../operations/addOperation.ts";
import { cancelOperation } from "../operations/cancelOperation.ts";
import { OperationInput } from "../operations/operationInput.ts";
import type { LoadedProject } from "./loadProject.ts";

/**
 * Starts a project's end: everything that waits is cancelled, what runs is asked to stop, and the destroy goes behind it.
 * A project that is going down already keeps its operation.
 * @param options the preview that is applied by it, and whether a last backup is taken
 * @returns the id of the operation that destroys it
 */
export async function deleteProject(
  tx: Transaction,
  caller: Caller,
  project: LoadedProject,
  { previewId = null, backup }: { readonly previewId?: string | null; readonly backup: boolean },
): Promise<string> {
  const open = await tx.operation.findMany({
    where: { projectRef: project.ref, status: { in: ["queued", "running", "interrupted"] } },
    // The newest first: what the project was before the oldest of them is what it is after all of them.
    orderBy: { number: "desc" },
  });
  const running = open.find((operation) => operation.kind === "destroy");
  if (running) return running.id;
  for (const { id } of open) {
    // Locked and read again: the runner may have begun it since.
    await tx.$queryRaw`select 1 from operations where id = ${id} for update`;
    await cancelOperation(tx, await tx.operation.findUniqueOrThrow({ where: { id } }));
  }
  const status_if_cancelled = await statusWithout(tx, project.ref);
  const input = { creates: false, status_if_cancelled, status_meanwhile: "GOING_DOWN", backup } as const;
  return addOperation(tx, caller, project.ref, "destroy", `Delete project "${project.name}"`, input, previewId);
}

/**
 * What the project is, should its destroy be cancelled. While an operation runs, that is what it is when that one stops as
 * it was asked to; should it end otherwise, the runner puts its word in the place of this one.
 */
async function statusWithout(tx: Transaction, ref: string): Promise<ProjectStatus> {
  const running = await tx.operation.findFirst({
    where: { projectRef: ref, status: { in: ["running", "interrupted"] } },
    orderBy: { number: "asc" },
  });
  const before = running === null ? undefined : OperationInput.parse(running.input).status_if_cancelled;
  const { status } = await tx.project.findUniqueOrThrow({ where: { ref }, select: { status: true } });
  return before ?? ProjectStatus.parse(status);
}
