"use client";

import type { OperationDetails } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ButtonLink } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { AppliedDiff } from "../../previews/components/AppliedDiff.tsx";
import { operationQuery } from "../queries.ts";
import { isOver, kindWords, operationTone, operationWords } from "../status.ts";
import { foldEvents } from "../steps.ts";
import { useOperationEvents } from "../useOperationEvents.ts";
import { CancelButton } from "./CancelButton.tsx";
import { OperationErrorNote } from "./OperationErrorNote.tsx";
import { OperationLog } from "./OperationLog.tsx";
import { OperationSteps } from "./OperationSteps.tsx";

/** One operation, live while it runs and as a record afterwards. */
export function OperationPage({ operationId }: { readonly operationId: string }) {
  const operation = useQuery(operationQuery(operationId));
  const { events } = useOperationEvents(operationId, operation.data !== undefined && isOver(operation.data.status));
  const { steps, log } = useMemo(() => foldEvents(events), [events]);
  if (operation.isPending) return <Loading what="the operation" />;
  if (operation.isError) {
    return <FailureNote error={operation.error} doing="load this operation" onRetry={() => void operation.refetch()} />;
  }
  const { status, kind, summary, error, preview_id, phases } = operation.data;
  return (
    <>
      <PageHeader
        title={summary === "" ? kindWords(kind) : summary}
        about={<Facts operation={operation.data} />}
        actions={<Actions operation={operation.data} />}
      />
      <div className="flex flex-col gap-5">
        {error !== null && <OperationErrorNote error={error} />}
        <Panel title="Steps" flush>
          <OperationSteps steps={steps} status={status} phases={phases} />
        </Panel>
        {preview_id !== null && (kind !== "preview" || isOver(status)) && <AppliedDiff previewId={preview_id} />}
        {log.length > 0 && (
          <Panel title="Log" flush>
            <OperationLog lines={log} />
          </Panel>
        )}
      </div>
    </>
  );
}

function Facts({ operation }: { readonly operation: OperationDetails }) {
  const { status, kind, actor, created_at } = operation;
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span aria-live="polite">
        <StatusMark tone={operationTone(status)} words={operationWords(status)} />
      </span>
      <span>{kindWords(kind)}</span>
      <span className="[overflow-wrap:anywhere]">by {actor}</span>
      <Moment at={created_at} />
    </span>
  );
}

function Actions({ operation }: { readonly operation: OperationDetails }) {
  const { id, kind, status, project_ref, preview_id } = operation;
  if (!isOver(status)) return <CancelButton operationId={id} />;
  if (kind === "preview" && preview_id !== null)
    return <ButtonLink href={`/previews/${preview_id}`}>Open preview</ButtonLink>;
  if (kind === "destroy" && status === "succeeded") return <ButtonLink href="/projects">To your projects</ButtonLink>;
  if (project_ref === null) return null;
  return (
    <ButtonLink tone="primary" href={`/projects/${project_ref}`}>
      Open project
    </ButtonLink>
  );
}
