"use client";

import type { OrganizationDetails } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { membersQuery } from "../queries.ts";
import { AddMember } from "./AddMember.tsx";
import { MemberRow } from "./MemberRow.tsx";

/** Who is in an organization; owners add, change and remove people, and everybody may leave. */
export function Members({ organization }: { readonly organization: OrganizationDetails }) {
  const { id, role } = organization;
  const members = useQuery(membersQuery(id));
  const mine = role === "owner";
  return (
    <Panel title="Members" about="Who is removed has no access from that moment on." flush>
      {members.isPending && <Loading what="members" />}
      {members.isError && (
        <div className="p-4">
          <FailureNote error={members.error} doing="load the members" onRetry={() => void members.refetch()} />
        </div>
      )}
      <ul aria-label="Members" className="divide-y">
        {members.data?.map((member) => (
          <MemberRow key={member.user_id} organization={organization} member={member} />
        ))}
      </ul>
      {mine && <AddMember slug={id} />}
    </Panel>
  );
}
