import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";
import { checkStatus } from "../previews/checkStatus.ts";
import type { LoadedPreview } from "../previews/loadPreview.ts";
import { applyingOperation } from "../previews/previewStatus.ts";
import { requireMembership } from "../projects/loadProject.ts";
import { approvingScope } from "./countingApprovals.ts";

/**
 * Writes that the caller has looked at a preview and agrees. The preview's row is locked: an apply sees the approval or
 * comes before it. Approving once more changes nothing.
 * @param digest what the caller looked at
 * @throws ApiError `forbidden`, `preview_not_ready`, `preview_stale`, `preview_applied`, `approval_own_preview`, `approval_outdated`
 */
export async function approvePreview(
  tx: Transaction,
  caller: Caller,
  { preview, project }: LoadedPreview,
  digest: string,
): Promise<void> {
  const { id: previewId, organizationId, actorId } = preview;
  const { userId } = caller;
  await requireMembership(tx, caller, organizationId, approvingScope(preview), errors.previewNotFound);
  checkStatus(preview, project);
  if (actorId === userId) {
    throw new ApiError(
      "approval_own_preview",
      "You asked for this preview yourself: an approval is a second person's.",
      "Send its link to another member of the organization who may change the project.",
    );
  }
  if (preview.digest !== digest) {
    throw new ApiError(
      "approval_outdated",
      "The digest is not that of the preview: you looked at something else.",
      `Look at it again, \`GET /v1/previews/${previewId}\`, and send the digest that it shows.`,
    );
  }
  await tx.previewApproval.deleteMany({ where: { previewId, userId, digest: { not: digest } } });
  await tx.previewApproval.createMany({ data: [{ previewId, userId, digest }], skipDuplicates: true });
}

/** Takes the caller's approval back, if there is one. @throws ApiError `preview_applied` */
export async function withdrawApproval(tx: Transaction, { userId }: Caller, { preview }: LoadedPreview): Promise<void> {
  if (applyingOperation(preview) !== undefined) throw errors.previewApplied();
  await tx.previewApproval.deleteMany({ where: { previewId: preview.id, userId } });
}
