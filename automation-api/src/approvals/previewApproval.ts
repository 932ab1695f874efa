import type { OperationKind } from "@supalove/contracts";
import { type MemberRole, type PreviewApproval, PreviewKind } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import { roleAllows } from "../auth/roles.ts";
import type { Database, Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { type PreviewedProject, type PreviewRow, previewStatus } from "../previews/previewStatus.ts";
import { approvalPolicy } from "./approvalPolicy.ts";
import { approvingScope, countingApprovals } from "./countingApprovals.ts";
import { IMPACT_OF_KIND, type Impact, needsApproval } from "./impact.ts";

/** The operation that makes a preview of each kind come true. */
const OPERATION_OF: Readonly<Record<PreviewKind, OperationKind>> = {
  create: "up",
  change: "up",
  delete: "destroy",
  pause: "pause",
  resume: "resume",
  restart: "restart",
};

/** What a preview does as it was found; a deletion destroys whatever is left to delete. */
export const impactOf = ({ kind, destructive }: Pick<PreviewRow, "kind" | "destructive">): Impact =>
  destructive ? "destroy" : IMPACT_OF_KIND[OPERATION_OF[PreviewKind.parse(kind)]];

/** Where a preview stands with its second person, as the caller sees it. */
export async function previewApproval(
  db: Database | Transaction,
  caller: Caller,
  preview: PreviewRow,
  project: PreviewedProject,
): Promise<PreviewApproval> {
  const { organizationId } = preview;
  const { userId } = caller;
  const policy = await approvalPolicy(db, organizationId);
  const approvals = await countingApprovals(db, preview);
  const where = { organizationId_userId: { organizationId, userId } };
  const member = await db.member.findUnique({ where, select: { role: true } });
  const mayWrite = member !== null && roleAllows(member.role as MemberRole, approvingScope(preview));
  const mine = approvals.some((approval) => approval.userId === userId);
  const open = previewStatus(preview, project) === "ready" && preview.actorId !== userId;
  return {
    required: needsApproval(policy, impactOf(preview)),
    approved_by: approvals.map(({ userId: id, user, createdAt }) => ({
      id,
      name: user.displayName,
      at: createdAt.toISOString(),
    })),
    approved_by_you: mine,
    can_approve: mayWrite && open && !mine,
  };
}

/** Refuses to apply what a second person has to approve and has not. @throws ApiError `approval_required` */
export async function requireApproved(tx: Transaction, preview: PreviewRow): Promise<void> {
  const policy = await approvalPolicy(tx, preview.organizationId);
  if (!needsApproval(policy, impactOf(preview))) return;
  if ((await countingApprovals(tx, preview)).length === 0) throw errors.approvalRequired(policy, "applying");
}
