"use client";

import type { OrganizationDetails } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { callApi } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { organizationQuery } from "../queries.ts";
import { POLICIES } from "../words.ts";

/** Which changes of projects need a second person; owners choose, everybody sees. */
export function ApprovalPolicyForm({ organization }: { readonly organization: OrganizationDetails }) {
  const { id, approval_policy: current, role } = organization;
  const client = useQueryClient();
  const [wished, setWished] = useState(current);
  const change = useMutation({
    mutationFn: () =>
      callApi<OrganizationDetails>(`/v1/organizations/${id}`, { method: "PATCH", body: { approval_policy: wished } }),
    onSuccess: (now) => client.setQueryData(organizationQuery(id).queryKey, now),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const mine = role === "owner";
  return (
    <Panel title="Approvals" about="Who has to approve a preview, beside who asked for it, before it can be applied.">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <fieldset disabled={!mine} className="flex flex-col gap-3">
          <legend className="sr-only">Approval policy</legend>
          {POLICIES.map(([policy, name, about]) => (
            <label key={policy} className="flex items-start gap-2.5 text-sm">
              <input
                type="radio"
                name="approval-policy"
                value={policy}
                checked={wished === policy}
                onChange={() => setWished(policy)}
                className="mt-1 accent-accent"
              />
              <span>
                <span className="block font-medium">{name}</span>
                <span className="block text-muted">{about}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {mine ? (
          <div>
            <Button type="submit" tone="primary" busy={change.isPending} disabled={wished === current}>
              Save
            </Button>
          </div>
        ) : (
          <p className="text-sm text-muted">An owner can change this.</p>
        )}
        {change.isError && <FailureNote error={change.error} doing="change the policy" />}
      </form>
    </Panel>
  );
}
