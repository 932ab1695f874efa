import { OperationError, OperationStatus } from "@supalove/contracts";
import type { PreviewStatus } from "@supalove/contracts/api/index.ts";
import type { Operation, Preview, Project } from "../generated/prisma/client.ts";

/** What every query for a preview asks for: the operation that makes it, and the one that applies it. */
export const WITH_OPERATIONS = {
  operations: { select: { id: true, kind: true, status: true, error: true } },
} as const;

export type PreviewRow = Preview & {
  readonly operations: readonly Pick<Operation, "id" | "kind" | "status" | "error">[];
};

/** The project's row, or null where a preview's project is not there yet. */
export type PreviewedProject = Pick<Project, "name" | "stateVersion"> | null;

/** Code of an apply that found something else than the preview showed, and did nothing. */
export const PREVIEW_STALE = "preview_stale";

export const makingOperation = ({ operations }: PreviewRow) => operations.find(({ kind }) => kind === "preview");
export const applyingOperation = ({ operations }: PreviewRow) => operations.find(({ kind }) => kind !== "preview");

/** Why a preview is not what was asked for: its own failure, or that of the apply which found it stale. */
export function previewError(row: PreviewRow): OperationError | null {
  const failure = (operation: ReturnType<typeof makingOperation>) =>
    operation?.error == null ? undefined : OperationError.parse(operation.error);
  const making = failure(makingOperation(row));
  const applying = failure(applyingOperation(row));
  return making ?? (applying?.code === PREVIEW_STALE ? applying : null);
}

/** A preview's status: it is kept nowhere, so it can't disagree with what its operations and its project say. */
export function previewStatus(row: PreviewRow, project: PreviewedProject): PreviewStatus {
  if (applyingOperation(row) !== undefined) return previewError(row) === null ? "applied" : "stale";
  const making = makingOperation(row);
  switch (OperationStatus.parse(making?.status)) {
    case "queued":
      return "queued";
    case "running":
    case "interrupted":
      return "running";
    case "failed":
    case "cancelled":
      return "failed";
    case "succeeded":
      return isOutdated(row, project) ? "stale" : "ready";
  }
}

/** Something was changed, or asked to be, since the preview was asked for. */
function isOutdated({ kind, stateVersion }: PreviewRow, project: PreviewedProject): boolean {
  return kind === "create" ? project !== null : project?.stateVersion !== stateVersion;
}
