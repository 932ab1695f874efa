"use client";

import type { Drift } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { OperationErrorNote } from "../../operations/components/OperationErrorNote.tsx";
import { ChangeList } from "../../previews/components/ChangeList.tsx";
import { driftQuery } from "../queries.ts";
import { AcceptDrift, LookForDrift, RepairDrift } from "./DriftActions.tsx";

/** Where a project's real resources differ from what they should be. */
export function DriftPage({ projectRef }: { readonly projectRef: string }) {
  const drift = useQuery(driftQuery(projectRef));
  return (
    <>
      <PageHeader
        title="Drift"
        about="Compares what really is with what should be. A look changes nothing."
        actions={<LookForDrift projectRef={projectRef} checking={drift.data?.checking ?? false} />}
      />
      {drift.isPending && <Loading what="the last look" />}
      {drift.isError && (
        <FailureNote error={drift.error} doing="load the last look" onRetry={() => void drift.refetch()} />
      )}
      {drift.data !== undefined && <Found projectRef={projectRef} drift={drift.data} />}
    </>
  );
}

function verdict({ checking, checked_at, drifted, changes }: Drift): {
  tone: "good" | "moving" | "bad" | "resting";
  words: string;
} {
  if (checking) return { tone: "moving", words: "Looking" };
  if (checked_at === null) return { tone: "resting", words: "Not looked at yet" };
  if (drifted) return { tone: "bad", words: "Drifted" };
  return { tone: "good", words: changes.length > 0 ? "Only accepted drift" : "As it should be" };
}

function Found({ projectRef, drift }: { readonly projectRef: string; readonly drift: Drift }) {
  const accepted = new Set(drift.changes.filter((change) => change.accepted).map(({ urn }) => urn));
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-lg border bg-surface px-4 py-3">
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1" aria-live="polite">
          <StatusMark {...verdict(drift)} />
          {drift.checked_at !== null && (
            <span className="text-sm text-muted">
              looked <Moment at={drift.checked_at} />
            </span>
          )}
        </span>
        {drift.drifted && (
          <span className="flex flex-wrap gap-2">
            {drift.digest !== null && <AcceptDrift projectRef={projectRef} digest={drift.digest} />}
            <RepairDrift projectRef={projectRef} />
          </span>
        )}
      </div>
      {drift.error !== null && <OperationErrorNote error={drift.error} />}
      {drift.changes.length > 0 && (
        <Panel title="What differs" about="On the left what is, on the right what should be." flush>
          <ChangeList
            unfolded
            changes={drift.changes}
            aside={({ urn }) =>
              accepted.has(urn) && <span className="rounded-sm border px-1.5 text-xs text-muted">accepted</span>
            }
          />
        </Panel>
      )}
    </div>
  );
}
