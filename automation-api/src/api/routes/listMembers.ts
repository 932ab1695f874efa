import { OrganizationMember } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineRead } from "../../http/defineRoute.ts";
import { loadOrganization } from "../../organizations/loadOrganization.ts";
import { memberView, WITH_USER } from "../../organizations/memberView.ts";
import { OrganizationParams } from "../params.ts";

export const listMembersRoute = defineRead({
  operation: "listMembers",
  summary: "List the members of an organization",
  method: "get",
  path: "/organizations/{slug}/members",
  params: OrganizationParams,
  response: { status: 200, schema: z.array(OrganizationMember), description: "Members, the oldest first" },
  scope: "organization:read",
  load: loadOrganization,
  async handler({ services, loaded: { id: organizationId } }) {
    const members = await services.database.member.findMany({
      where: { organizationId },
      orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
      include: WITH_USER,
    });
    return members.map(memberView);
  },
});
