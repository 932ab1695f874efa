"use client";

import type { OrganizationDetails, OrganizationMember } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { callApi } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { organizationsQuery, projectsQuery } from "../../projects/queries.ts";

/** The reader's own way out of an organization, once more asked. */
export function LeaveOrganization({ organization }: { readonly organization: OrganizationDetails }) {
  const { id, name, user_id } = organization;
  const client = useQueryClient();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const leave = useMutation({
    mutationFn: () => callApi<OrganizationMember>(`/v1/organizations/${id}/members/${user_id}`, { method: "DELETE" }),
    onSuccess: () => {
      // Not what is below them: this page would ask for an organization that is the reader's no more.
      for (const { queryKey } of [organizationsQuery(), projectsQuery()]) {
        void client.invalidateQueries({ queryKey, exact: true });
      }
      router.push("/organizations");
    },
  });
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={`Leave ${name}?`}
      about="Your access to its projects ends at once, and so do your approvals. Only an owner can add you again."
      trigger={<Button small>Leave organization</Button>}
    >
      <div className="flex flex-col gap-4">
        {leave.isError && <FailureNote error={leave.error} doing="leave the organization" />}
        <div className="flex flex-wrap gap-2">
          <Button tone="danger" busy={leave.isPending || leave.isSuccess} onClick={() => leave.mutate()}>
            Leave
          </Button>
          <Button tone="quiet" onClick={() => setOpen(false)}>
            Stay
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
