import { OrganizationDetails, UpdateOrganizationBody } from "@supalove/contracts/api/index.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { loadOrganization, organizationView } from "../../organizations/loadOrganization.ts";
import { OrganizationParams } from "../params.ts";

export const updateOrganizationRoute = defineChange({
  operation: "updateOrganization",
  summary: "Change an organization's name, or which changes of its projects need a second person",
  method: "patch",
  path: "/organizations/{slug}",
  params: OrganizationParams,
  body: UpdateOrganizationBody,
  response: { status: 200, schema: OrganizationDetails, description: "The organization as it is now" },
  scope: "organization:write",
  load: loadOrganization,
  idempotent: true,
  impact: "none",
  async handler({ loaded: before, body }, tx) {
    const { name = before.name, approval_policy: approvalPolicy = before.approvalPolicy } = body;
    await tx.organization.update({ where: { id: before.id }, data: { name, approvalPolicy } });
    return {
      body: organizationView({ ...before, name, approvalPolicy }),
      audit: {
        organizationId: before.id,
        details: { name, policy_before: before.approvalPolicy, policy: approvalPolicy },
      },
    };
  },
});
