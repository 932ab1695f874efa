import type { OrganizationDetails, OrganizationMember } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";

/** An organization with its policy and the reader's role. */
export const organizationQuery = (slug: string) =>
  queryOptions({
    queryKey: ["organizations", slug],
    queryFn: ({ signal }) => callApi<OrganizationDetails>(`/v1/organizations/${slug}`, { signal }),
  });

/** Who is in it. */
export const membersQuery = (slug: string) =>
  queryOptions({
    queryKey: ["organizations", slug, "members"],
    queryFn: ({ signal }) => callApi<OrganizationMember[]>(`/v1/organizations/${slug}/members`, { signal }),
  });
