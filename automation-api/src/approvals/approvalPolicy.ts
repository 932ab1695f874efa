import { ApprovalPolicy } from "@supalove/contracts/api/index.ts";
import type { Database, Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { type Impact, needsApproval } from "./impact.ts";

/** When an organization wants a second person. */
export async function approvalPolicy(db: Database | Transaction, organizationId: string): Promise<ApprovalPolicy> {
  const select = { approvalPolicy: true };
  const found = await db.organization.findUniqueOrThrow({ where: { id: organizationId }, select });
  return ApprovalPolicy.parse(found.approvalPolicy);
}

/** Refuses a call that would do without a preview what a second person has to approve. @throws ApiError `approval_required` */
export async function refuseUnapproved(
  db: Database | Transaction,
  organizationId: string,
  impact: Impact,
): Promise<void> {
  if (impact === "none") return;
  const policy = await approvalPolicy(db, organizationId);
  if (needsApproval(policy, impact)) throw errors.approvalRequired(policy, "direct");
}
