"use client";

import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { organizationQuery } from "../queries.ts";
import { roleName } from "../words.ts";
import { ApprovalPolicyForm } from "./ApprovalPolicyForm.tsx";
import { Members } from "./Members.tsx";

/** An organization's settings: which changes need a second person, and who is in it. */
export function OrganizationPage({ slug }: { readonly slug: string }) {
  const organization = useQuery(organizationQuery(slug));
  if (organization.isPending) return <Loading what="the organization" />;
  if (organization.isError) {
    const retry = () => void organization.refetch();
    return <FailureNote error={organization.error} doing="load this organization" onRetry={retry} />;
  }
  const { name, id, role } = organization.data;
  return (
    <>
      <PageHeader
        title={name}
        about={
          <span className="flex flex-wrap gap-x-4">
            <span className="font-mono text-xs leading-5">{id}</span>
            <span>your role: {roleName(role)}</span>
          </span>
        }
      />
      <div className="flex max-w-3xl flex-col gap-5">
        <ApprovalPolicyForm organization={organization.data} />
        <Members organization={organization.data} />
      </div>
    </>
  );
}
