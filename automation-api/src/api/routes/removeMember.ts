import { OrganizationMember } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadMember } from "../../organizations/loadMember.ts";
import { memberView } from "../../organizations/memberView.ts";
import { requireOwner } from "../../organizations/requireOwner.ts";
import { MemberParams } from "../params.ts";

export const removeMemberRoute = defineChange({
  operation: "removeMember",
  summary: "Remove a member, or leave an organization; access ends at once",
  method: "delete",
  path: "/organizations/{slug}/members/{user_id}",
  params: MemberParams,
  response: { status: 200, schema: OrganizationMember, description: "Who was a member" },
  scope: "organization:write",
  load: loadMember,
  idempotent: true,
  impact: "none",
  fails: [409],
  async handler({ loaded: { organization, member } }, tx) {
    const { id: organizationId } = organization;
    const { userId, role } = member;
    await tx.member.delete({ where: { organizationId_userId: { organizationId, userId } } });
    await requireOwner(tx, organizationId);
    // Who comes back one day has to look again.
    await tx.previewApproval.deleteMany({ where: { userId, preview: { organizationId } } });
    return { body: memberView(member), audit: { organizationId, details: { user_id: userId, role } } };
  },
});
