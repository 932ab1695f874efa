import { Organization } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineRead } from "../../http/defineRoute.ts";

export const listOrganizationsRoute = defineRead({
  operation: "listOrganizations",
  summary: "List the organizations you are in",
  method: "get",
  path: "/organizations",
  response: { status: 200, schema: z.array(Organization), description: "Organizations, the default one first" },
  scope: "account",
  async handler({ services, caller }) {
    const memberships = await services.database.member.findMany({
      where: { userId: caller.userId },
      orderBy: [{ createdAt: "asc" }, { organizationId: "asc" }],
      include: { organization: true },
    });
    return memberships.map(({ organization: { id, name } }) => ({ id, slug: id, name }));
  },
});
