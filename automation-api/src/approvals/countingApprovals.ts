import type { Scope } from "../auth/roles.ts";
import { rolesAllowing } from "../auth/roles.ts";
import type { Database, Transaction } from "../database/client.ts";
import type { Preview } from "../generated/prisma/client.ts";

/** An approval, and whose it is. */
export interface CountingApproval {
  readonly userId: string;
  readonly createdAt: Date;
  readonly user: { readonly displayName: string };
}

type ApprovedPreview = Pick<Preview, "id" | "kind" | "organizationId" | "digest" | "actorId">;

/** What one must be allowed to do to approve a preview: what it does. */
export const approvingScope = ({ kind }: Pick<Preview, "kind">): Scope =>
  kind === "delete" ? "projects:delete" : "projects:write";

/**
 * The approvals of a preview that count now, oldest first: of the plan as it is, by somebody else than who asked for it, and
 * only while they are members who could make the change themselves. Nothing of that is kept, so nothing of it can be outdated.
 */
export async function countingApprovals(
  db: Database | Transaction,
  preview: ApprovedPreview,
): Promise<readonly CountingApproval[]> {
  const { id: previewId, digest, organizationId, actorId } = preview;
  if (digest === null) return [];
  const role = { in: rolesAllowing(approvingScope(preview)) };
  return db.previewApproval.findMany({
    where: {
      previewId,
      digest,
      ...(actorId === null ? {} : { userId: { not: actorId } }),
      user: { memberships: { some: { organizationId, role } } },
    },
    orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
    include: { user: { select: { displayName: true } } },
  });
}
