import { OrganizationMember } from "@supalove/contracts/api/index.ts";
import { CliError } from "../errors.ts";
import type { ApiClient } from "./api.ts";
import { segment } from "./segment.ts";

/** Path of an organization's members. @throws CliError for what is no organization id */
export const membersPath = (organization: string) =>
  `/v1/organizations/${segment("organization id", organization)}/members`;

/** The members of an organization. */
export const getMembers = (api: ApiClient, organization: string): Promise<OrganizationMember[]> =>
  api.request("GET", membersPath(organization), OrganizationMember.array());

/** Finds a member by id or by address. @throws CliError where there is none */
export async function findMember(api: ApiClient, organization: string, who: string): Promise<OrganizationMember> {
  const members = await getMembers(api, organization);
  const wanted = who.toLowerCase();
  const found = members.find((member) => member.user_id === wanted || member.email?.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw new CliError(
    `the organization has no member ${JSON.stringify(who)}`,
    `supalove members list ${organization} shows who is in it`,
  );
}
