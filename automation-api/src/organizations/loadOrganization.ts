import { ApprovalPolicy, MemberRole, type OrganizationDetails } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import { roleAllows } from "../auth/roles.ts";
import type { Organization } from "../generated/prisma/client.ts";
import type { Loader } from "../http/defineRoute.ts";
import { errors } from "../http/errors.ts";

/** An organization and the caller's part in it. */
export type LoadedOrganization = Organization & Pick<Caller, "userId"> & { readonly role: MemberRole };

/** Finds the organization a path names; a foreign one is answered exactly like an unknown one. */
export const loadOrganization: Loader<LoadedOrganization, { slug: string }> = async (
  db,
  caller,
  { slug: id },
  scope,
  mode,
) => {
  // Locked: of two owners who leave at once, the second finds that they are the last one.
  if (mode === "lock") await db.$queryRaw`select 1 from organizations where id = ${id} for update`;
  const found = await db.organization.findFirst({
    where: { id },
    include: { members: { where: { userId: caller.userId } } },
  });
  const member = found?.members[0];
  if (!found || !member) throw errors.organizationNotFound();
  const role = MemberRole.parse(member.role);
  if (!roleAllows(role, scope)) throw errors.forbidden(role);
  const { members: _, ...organization } = found;
  return { ...organization, role, userId: caller.userId };
};

/** An organization as the API shows it to one of its members. */
export const organizationView = ({
  id,
  name,
  approvalPolicy,
  role,
  userId,
}: LoadedOrganization): OrganizationDetails => ({
  id,
  slug: id,
  name,
  approval_policy: ApprovalPolicy.parse(approvalPolicy),
  role,
  user_id: userId,
});
