"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { organizationsQuery } from "../../projects/queries.ts";

/** The organizations that one is in. */
export function OrganizationList() {
  const organizations = useQuery(organizationsQuery());
  return (
    <>
      <PageHeader
        title="Organizations"
        about="People who share projects. Each has its members, and says whether changes need a second person."
      />
      <div className="max-w-3xl">
        <Panel flush>
          {organizations.isPending && <Loading what="organizations" />}
          {organizations.isError && (
            <div className="p-4">
              <FailureNote
                error={organizations.error}
                doing="load the organizations"
                onRetry={() => void organizations.refetch()}
              />
            </div>
          )}
          {organizations.data?.length === 0 && (
            <EmptyState title="No organizations">
              An owner of one can add you by the address that you have signed in with.
            </EmptyState>
          )}
          <ul className="divide-y">
            {organizations.data?.map(({ id, name }) => (
              <li key={id}>
                <Link href={`/organizations/${id}`} className="block px-4 py-3 hover:bg-sunken">
                  <span className="block text-sm font-medium [overflow-wrap:anywhere]">{name}</span>
                  <span className="font-mono text-xs text-muted">{id}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </>
  );
}
