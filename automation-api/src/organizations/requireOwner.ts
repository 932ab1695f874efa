import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";

/** Refuses what has left an organization without an owner. The organization's row is locked. @throws ApiError `last_owner` */
export async function requireOwner(tx: Transaction, organizationId: string): Promise<void> {
  if ((await tx.member.count({ where: { organizationId, role: "owner" } })) > 0) return;
  throw new ApiError(
    "last_owner",
    "This is the organization's last owner, and it always has one.",
    "Make another member an owner first.",
  );
}
