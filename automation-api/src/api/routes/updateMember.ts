import { OrganizationMember, UpdateMemberBody } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { loadMember } from "../../organizations/loadMember.ts";
import { memberView } from "../../organizations/memberView.ts";
import { requireOwner } from "../../organizations/requireOwner.ts";
import { MemberParams } from "../params.ts";

export const updateMemberRoute = defineChange({
  operation: "updateMember",
  summary: "Give a member another role",
  method: "patch",
  path: "/organizations/{slug}/members/{user_id}",
  params: MemberParams,
  body: UpdateMemberBody,
  response: { status: 200, schema: OrganizationMember, description: "The member; the new role holds at once" },
  scope: "organization:write",
  load: loadMember,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ loaded: { organization, member }, body: { role } }, tx) {
    const { id: organizationId } = organization;
    const { userId } = member;
    // One's own membership is found without being an owner, for leaving; a role is an owner's to give.
    if (organization.role !== "owner") throw errors.forbidden(organization.role);
    await tx.member.update({ where: { organizationId_userId: { organizationId, userId } }, data: { role } });
    await requireOwner(tx, organizationId);
    return {
      body: memberView({ ...member, role }),
      audit: { organizationId, details: { user_id: userId, role_before: member.role, role } },
    };
  },
});
