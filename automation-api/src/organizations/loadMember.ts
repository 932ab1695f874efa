import type { Loader } from "../http/defineRoute.ts";
import { errors } from "../http/errors.ts";
import { type LoadedOrganization, loadOrganization } from "./loadOrganization.ts";
import { type MemberRow, WITH_USER } from "./memberView.ts";

export interface LoadedMember {
  readonly organization: LoadedOrganization;
  readonly member: MemberRow;
}

/** Finds a member of an organization. Whoever is meant themselves needs no more than being in it: everybody may leave. */
export const loadMember: Loader<LoadedMember, { slug: string; user_id: string }> = async (
  db,
  caller,
  { slug, user_id: userId },
  scope,
  mode,
) => {
  const needed = userId === caller.userId ? "organization:read" : scope;
  const organization = await loadOrganization(db, caller, { slug }, needed, mode);
  const where = { organizationId_userId: { organizationId: organization.id, userId } };
  const member = await db.member.findUnique({ where, include: WITH_USER });
  if (member === null) throw errors.memberNotFound();
  return { organization, member };
};
