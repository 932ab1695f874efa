import { AddMemberBody, OrganizationMember } from "@supalove/contracts/api/index.ts";
import { isUniqueViolation } from "../../database/failures.ts";
import { ApiError } from "../../http/apiError.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { findPerson } from "../../organizations/findPerson.ts";
import { loadOrganization } from "../../organizations/loadOrganization.ts";
import { memberView, WITH_USER } from "../../organizations/memberView.ts";
import { OrganizationParams } from "../params.ts";

export const addMemberRoute = defineChange({
  operation: "addMember",
  summary: "Add a person who has signed in once to an organization",
  method: "post",
  path: "/organizations/{slug}/members",
  params: OrganizationParams,
  body: AddMemberBody,
  response: {
    status: 201,
    schema: OrganizationMember,
    description: "The member: see by the name that it is the right one",
  },
  scope: "organization:write",
  load: loadOrganization,
  idempotent: true,
  impact: "none",
  fails: [409, 429],
  async handler({ services, caller, loaded: { id: organizationId }, body: { email, role } }, tx) {
    services.lookups.count(caller.userId);
    const userId = await findPerson(tx, email);
    try {
      const member = await tx.member.create({ data: { organizationId, userId, role }, include: WITH_USER });
      return { body: memberView(member), audit: { organizationId, details: { user_id: userId, role } } };
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ApiError(
        "already_member",
        "This person is a member already.",
        "To change their role: `PATCH /v1/organizations/{slug}/members/{user_id}`.",
      );
    }
  },
});
