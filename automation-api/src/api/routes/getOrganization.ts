import { OrganizationDetails } from "@supalove/contracts/api/index.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { loadOrganization, organizationView } from "../../organizations/loadOrganization.ts";
import { OrganizationParams } from "../params.ts";

export const getOrganizationRoute = defineRead({
  operation: "getOrganization",
  summary: "Show an organization and your role in it",
  method: "get",
  path: "/organizations/{slug}",
  params: OrganizationParams,
  response: { status: 200, schema: OrganizationDetails, description: "The organization" },
  scope: "organization:read",
  load: loadOrganization,
  handler: async ({ loaded }) => organizationView(loaded),
});
