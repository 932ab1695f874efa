import { MemberRole, type OrganizationMember, ROLE_NAMES } from "@supalove/contracts/api/index.ts";
import type { Member, User } from "../generated/prisma/client.ts";

/** What every query for a member asks for. */
export const WITH_USER = { user: { select: { displayName: true, email: true } } } as const;

export type MemberRow = Member & { readonly user: Pick<User, "displayName" | "email"> };

/** A member as the API shows one. */
export function memberView({ userId, user, role: word, createdAt }: MemberRow): OrganizationMember {
  const role = MemberRole.parse(word);
  return {
    user_id: userId,
    user_name: user.displayName,
    ...(user.email === null ? {} : { email: user.email }),
    role_name: ROLE_NAMES[role],
    mfa_enabled: false,
    role,
    created_at: createdAt.toISOString(),
  };
}
