"use client";

import type { Preview, PreviewKind } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ButtonLink } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { CancelButton } from "../../operations/components/CancelButton.tsx";
import { OperationErrorNote } from "../../operations/components/OperationErrorNote.tsx";
import { OperationSteps } from "../../operations/components/OperationSteps.tsx";
import { foldEvents } from "../../operations/steps.ts";
import { useOperationEvents } from "../../operations/useOperationEvents.ts";
import { projectQuery } from "../../projects/queries.ts";
import { isBeingMade, previewQuery, waitsForApproval } from "../queries.ts";
import { ApplyPreview } from "./ApplyPreview.tsx";
import { ApprovalPanel } from "./ApprovalPanel.tsx";
import { ChangeList, countWords } from "./ChangeList.tsx";
import { PreviewAgain } from "./PreviewAgain.tsx";

const TITLES: Readonly<Record<PreviewKind, string>> = {
  create: "Create",
  change: "Change",
  delete: "Delete",
  pause: "Pause",
  resume: "Resume",
  restart: "Restart a service of",
};

/** Where each kind is asked for, below a project. */
const PAGES: Readonly<Record<Exclude<PreviewKind, "create">, string>> = {
  change: "/settings",
  delete: "/settings",
  pause: "",
  resume: "",
  restart: "/stack",
};

/** What a change would do, and the button that does exactly that. */
export function PreviewPage({ previewId }: { readonly previewId: string }) {
  const preview = useQuery(previewQuery(previewId));
  if (preview.isPending) return <Loading what="the preview" />;
  if (preview.isError) {
    return <FailureNote error={preview.error} doing="load this preview" onRetry={() => void preview.refetch()} />;
  }
  const { project_ref, actor, created_at } = preview.data;
  return (
    <>
      <PageHeader
        title={<Title preview={preview.data} />}
        about={
          <span className="flex flex-wrap gap-x-4">
            <span className="font-mono text-xs leading-5">{project_ref}</span>
            <span className="[overflow-wrap:anywhere]">asked by {actor}</span>
            <Moment at={created_at} />
          </span>
        }
        actions={isBeingMade(preview.data) && <CancelButton operationId={preview.data.operation_id} />}
      />
      {isBeingMade(preview.data) ? <BeingMade preview={preview.data} /> : <Made preview={preview.data} />}
    </>
  );
}

/** What is wished for, and of which project where that is known already. */
function Title({ preview: { kind, project_ref } }: { readonly preview: Preview }) {
  const project = useQuery({ ...projectQuery(project_ref), enabled: kind !== "create", retry: false });
  return `${TITLES[kind]} ${project.data === undefined ? "a project" : `“${project.data.name}”`}`;
}

function BeingMade({ preview }: { readonly preview: Preview }) {
  const { events } = useOperationEvents(preview.operation_id, false);
  const { steps } = useMemo(() => foldEvents(events), [events]);
  return (
    <Panel title="Finding out what would change" about="Nothing is changed by this." flush>
      <OperationSteps steps={steps} status={preview.status === "queued" ? "queued" : "running"} phases={[]} />
    </Panel>
  );
}

function Made({ preview }: { readonly preview: Preview }) {
  const { status, changes, error, applied_operation_id, kind, project_ref, summary } = preview;
  const back = kind === "create" ? "/projects/new" : `/projects/${project_ref}${PAGES[kind]}`;
  return (
    <div className="flex flex-col gap-5">
      {error !== null && <OperationErrorNote error={error} />}
      {status === "stale" && (
        <PreviewAgain previewId={preview.id} back={back}>
          Something has changed since this preview was made. What is shown below may not be what would happen now.
        </PreviewAgain>
      )}
      {status === "failed" && <PreviewAgain previewId={preview.id} back={back} />}
      {status === "applied" && applied_operation_id !== null && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-accent-soft px-4 py-3 text-sm">
          This preview was applied.
          <ButtonLink small href={`/operations/${applied_operation_id}`}>
            Open the operation
          </ButtonLink>
        </div>
      )}
      {status !== "failed" && (
        <Panel title="Diff" about={countWords(changes) || summary} flush>
          {changes.length > 0 ? (
            <ChangeList changes={changes} />
          ) : (
            <p className="px-4 py-3 text-sm text-muted">Everything is already as you wish it.</p>
          )}
        </Panel>
      )}
      {status === "ready" && <ApprovalPanel preview={preview} />}
      {status === "ready" && !waitsForApproval(preview) && <ApplyPreview preview={preview} back={back} />}
    </div>
  );
}
