import { CreateOrganizationBody, Organization } from "@supalove/contracts/api/index.ts";
import { newOrganizationId } from "../../auth/ensureOidcUser.ts";
import { defineChange } from "../../http/defineRoute.ts";

export const createOrganizationRoute = defineChange({
  operation: "createOrganization",
  summary: "Create an organization; you are its owner",
  method: "post",
  path: "/organizations",
  body: CreateOrganizationBody,
  response: { status: 201, schema: Organization, description: "The organization" },
  scope: "account",
  idempotent: true,
  impact: "none",
  async handler({ caller, body: { name } }, tx) {
    const id = newOrganizationId();
    await tx.organization.create({ data: { id, name } });
    await tx.member.create({ data: { organizationId: id, userId: caller.userId, role: "owner" } });
    return { body: { id, slug: id, name }, audit: { organizationId: id, details: { name } } };
  },
});
