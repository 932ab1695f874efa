import { type OperationError, OperationKind } from "@supalove/contracts";
import { approvalPolicy } from "../approvals/approvalPolicy.ts";
import { approvalWords } from "../approvals/approvalWords.ts";
import { countingApprovals } from "../approvals/countingApprovals.ts";
import { IMPACT_OF_KIND, needsApproval } from "../approvals/impact.ts";
import { impactOf } from "../approvals/previewApproval.ts";
import type { Transaction } from "../database/client.ts";
import { lookForLoss } from "./lookForLoss.ts";
import type { Ending, Run } from "./run.ts";
import { notApplied, secondLook } from "./secondLook.ts";

/**
 * Right before an operation changes or destroys anything: a preview that is applied is looked at once more, and what a second
 * person has to approve goes no further without that, whichever route asked for it. What counts is what holds at this moment:
 * the organization's policy, the approvals, and who is still a member. What has begun is never stopped half-way: an operation
 * that is interrupted after this goes on. What the platform does by itself is nobody's to approve.
 * @returns how the operation ends instead; undefined to go on
 */
export async function clearChange(run: Run): Promise<Ending | undefined> {
  const { preview, operation, input } = run;
  const asked = operation.actorId !== null || preview !== null;
  if (impactOfKind(run) === "none" || input.looked === true || !asked) return undefined;
  const stopped = preview === null ? await lookForLoss(run, impactOfKind(run)) : await secondLook(run, preview);
  if (stopped !== undefined) return stopped;
  const missing = await run.lease.append(async (tx) => {
    const error = await missingApproval(tx, run);
    if (error !== undefined) return error;
    await tx.operation.update({ where: { id: operation.id }, data: { input: { ...input, looked: true } } });
    return undefined;
  });
  return missing === undefined ? undefined : notApplied(run, missing);
}

const impactOfKind = ({ operation }: Run) => IMPACT_OF_KIND[OperationKind.parse(operation.kind)];

async function missingApproval(tx: Transaction, run: Run): Promise<OperationError | undefined> {
  const { preview } = run;
  const policy = await approvalPolicy(tx, run.project.organizationId);
  if (!needsApproval(policy, preview === null ? impactOfKind(run) : impactOf(preview))) return undefined;
  if (preview !== null && (await countingApprovals(tx, preview)).length > 0) return undefined;
  const { message, nextStep } = approvalWords(policy, preview === null ? "direct" : "applying");
  return { code: "approval_required", message, next_step: nextStep };
}
