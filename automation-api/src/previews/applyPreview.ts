import { openSecret } from "@supalove/contracts";
import type { ApplyPreviewBody } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import { requireApproved } from "../approvals/previewApproval.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";
import { changeProject } from "../projects/changeProject.ts";
import { insertPlanned } from "../projects/createProject.ts";
import { deleteProject } from "../projects/deleteProject.ts";
import { requireMembership } from "../projects/loadProject.ts";
import { pauseProject } from "../projects/pauseProject.ts";
import { checkNameFree } from "../projects/planProject.ts";
import { restartService } from "../projects/restartService.ts";
import { checkPaused, restoreProject } from "../projects/restoreProject.ts";
import { previewSecretsContext } from "../secrets/contexts.ts";
import { checkStatus } from "./checkStatus.ts";
import type { ApplyTarget } from "./loadPreview.ts";
import { type PreviewedProject, type PreviewRow, WITH_OPERATIONS } from "./previewStatus.ts";
import { ImportedSecrets, Wished } from "./wished.ts";

/**
 * Starts the operation that makes a preview come true, exactly as the call without a preview would.
 * @returns the preview and the operation's id
 * @throws ApiError `preview_not_found`, `preview_not_ready`, `preview_stale`, `preview_applied`, `approval_required`,
 *   `confirmation_required`
 */
export async function applyPreview(
  services: Services,
  tx: Transaction,
  caller: Caller,
  target: ApplyTarget,
  { preview_id: id, confirm }: ApplyPreviewBody,
): Promise<{ preview: PreviewRow; operationId: string }> {
  // Locked: of two applies at once, the second finds it applied.
  await tx.$queryRaw`select 1 from previews where id = ${id} for update`;
  const { ref: projectRef, organizationId } = target;
  const preview = await tx.preview.findFirst({ where: { id, projectRef, organizationId }, include: WITH_OPERATIONS });
  if (preview === null) throw errors.previewNotFound();
  checkStatus(preview, target.project);
  await requireApproved(tx, preview);
  checkConfirmed(preview, target.project, confirm);
  return { preview, operationId: await start(services, tx, caller, target, preview) };
}

function checkConfirmed(preview: PreviewRow, project: PreviewedProject, confirm: string | undefined): void {
  const name = project?.name;
  if (!preview.destructive || name === undefined || confirm === name) return;
  throw new ApiError(
    "confirmation_required",
    "The preview deletes data for good, and `confirm` does not say the project's name.",
    `If you mean it, send \`"confirm": ${JSON.stringify(name)}\` along.`,
  );
}

async function start(
  services: Services,
  tx: Transaction,
  caller: Caller,
  { ref, organizationId, project }: ApplyTarget,
  preview: PreviewRow,
): Promise<string> {
  const wished = Wished.parse(preview.wished);
  const previewId = preview.id;
  if (wished.kind === "create") {
    const imported = await openImported(services, preview);
    const { kind: _, ...plan } = wished;
    const planned = { ref, organizationId, plan, imported, previewId };
    const { operationId } = await insertPlanned(services, tx, caller, planned);
    // The project has them now.
    await tx.preview.update({ where: { id: previewId }, data: { sealedImported: null } });
    return operationId;
  }
  if (project === null) throw errors.projectNotFound();
  switch (wished.kind) {
    case "delete":
      await requireMembership(tx, caller, organizationId, "projects:delete", errors.projectNotFound);
      return deleteProject(tx, caller, project, { previewId, backup: wished.backup });
    case "pause":
      return pauseProject(tx, caller, project, previewId);
    case "resume":
      checkPaused(project);
      return restoreProject(tx, caller, project, previewId);
    case "restart":
      return restartService(tx, caller, project, wished.service, previewId);
    case "change": {
      const { kind: _, ...change } = wished;
      if (change.name !== undefined) await checkNameFree(tx, organizationId, change.name, ref);
      return changeProject(tx, caller, project, change, previewId);
    }
  }
}

async function openImported({ env }: Services, { id, sealedImported }: PreviewRow): Promise<ImportedSecrets> {
  if (sealedImported === null) return {};
  const text = await openSecret(env.SUPALOVE_MASTER_KEY, previewSecretsContext(id), sealedImported);
  return ImportedSecrets.parse(JSON.parse(text));
}
