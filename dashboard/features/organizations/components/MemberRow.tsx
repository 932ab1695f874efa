"use client";

import type { OrganizationDetails, OrganizationMember } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../../lib/callApi.ts";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { organizationQuery } from "../queries.ts";
import { ROLES, roleName } from "../words.ts";
import { LeaveOrganization } from "./LeaveOrganization.tsx";
import { RemoveMember } from "./RemoveMember.tsx";

interface Props {
  readonly organization: OrganizationDetails;
  readonly member: OrganizationMember;
}

/** A member, with the role that an owner may change; the reader's own row has the way out. */
export function MemberRow({ organization, member }: Props) {
  const { id: slug } = organization;
  const editable = organization.role === "owner";
  const self = member.user_id === organization.user_id;
  const client = useQueryClient();
  const path = `/v1/organizations/${slug}/members/${member.user_id}`;
  const change = useMutation({
    mutationFn: (call: Parameters<typeof callApi>[1]) => callApi<OrganizationMember>(path, call),
    // One's own role may have changed: then the page shows less.
    onSettled: () => client.invalidateQueries({ queryKey: organizationQuery(slug).queryKey }),
  });
  const { user_name, email, role, created_at } = member;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0">
        <p className="text-sm font-medium [overflow-wrap:anywhere]">{user_name}</p>
        <p className="flex flex-wrap gap-x-3 text-xs text-muted">
          {email !== undefined && <span className="[overflow-wrap:anywhere]">{email}</span>}
          <span>
            member since <Moment at={created_at} />
          </span>
        </p>
      </div>
      <div className="flex items-center gap-2">
        {editable ? (
          <select
            aria-label={`Role of ${user_name}`}
            value={role}
            disabled={change.isPending}
            onChange={({ target }) => change.mutate({ method: "PATCH", body: { role: target.value } })}
            className="h-7 rounded-md border border-line-strong bg-surface px-2 text-xs"
          >
            {ROLES.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        ) : (
          <Tag>{roleName(role)}</Tag>
        )}
        {self && <LeaveOrganization organization={organization} />}
        {editable && !self && (
          <RemoveMember name={user_name} busy={change.isPending} onRemove={() => change.mutate({ method: "DELETE" })} />
        )}
      </div>
      {change.isError && <FailureNote error={change.error} doing="change this member" />}
    </li>
  );
}
