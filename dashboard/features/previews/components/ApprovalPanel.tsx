"use client";

import type { Preview } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { previewQuery, waitsForApproval } from "../queries.ts";

/** Where a preview stands with its second person, and what the reader can do about it. Nothing where none is needed. */
export function ApprovalPanel({ preview }: { readonly preview: Preview }) {
  const { approval } = preview;
  if (!approval.required) return null;
  const waits = waitsForApproval(preview);
  return (
    <Panel
      title="Approval"
      about={waits ? about(preview) : "A second person has looked at this. Either of you can go on."}
      actions={<StatusMark tone={waits ? "moving" : "good"} words={waits ? "Waits for a second person" : "Approved"} />}
    >
      <div className="flex flex-col gap-3">
        {approval.approved_by.map(({ id, name, at }) => (
          <p key={id} className="text-sm">
            <span className="font-medium [overflow-wrap:anywhere]">{name}</span>{" "}
            <span className="text-muted">
              approved this <Moment at={at} />
            </span>
          </p>
        ))}
        {approval.can_approve && <Decide preview={preview} how="approve" />}
        {approval.approved_by_you && <Decide preview={preview} how="withdraw" />}
        {waits && !approval.can_approve && <Share previewId={preview.id} />}
      </div>
    </Panel>
  );
}

const about = ({ approval, actor }: Preview) =>
  approval.can_approve
    ? `${actor} asked for this. Read the diff; approve it if it is what should happen.`
    : "Another member who may change the project has to approve exactly this before it is applied.";

/** Approves what the page shows, or takes that back. */
function Decide({ preview, how }: { readonly preview: Preview; readonly how: "approve" | "withdraw" }) {
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: () =>
      callApi<Preview>(
        `/v1/previews/${preview.id}/approve`,
        how === "approve" ? { body: { digest: preview.digest } } : { method: "DELETE" },
      ),
    onSuccess: (now) => client.setQueryData(previewQuery(preview.id).queryKey, now),
    // It went stale or was applied meanwhile: the page then says so.
    onError: () => client.invalidateQueries(previewQuery(preview.id)),
  });
  const approves = how === "approve";
  return (
    <>
      <div>
        <Button tone={approves ? "primary" : "plain"} busy={decide.isPending} onClick={() => decide.mutate()}>
          {approves ? "Approve" : "Withdraw approval"}
        </Button>
      </div>
      {decide.isError && (
        <FailureNote error={decide.error} doing={approves ? "approve this" : "withdraw the approval"} />
      )}
    </>
  );
}

/** The link that the second person needs. */
function Share({ previewId }: { readonly previewId: string }) {
  const path = `/previews/${previewId}`;
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm">
      <span className="text-muted">Send them the link of this page</span>
      <code className="font-mono text-xs [overflow-wrap:anywhere]">{path}</code>
      <CopyButton text={async () => new URL(path, window.location.origin).href} what="link of this preview" />
    </p>
  );
}
