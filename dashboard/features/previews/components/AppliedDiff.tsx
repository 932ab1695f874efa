"use client";

import { useQuery } from "@tanstack/react-query";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { isBeingMade, previewQuery } from "../queries.ts";
import { ChangeList, countWords } from "./ChangeList.tsx";

/** The diff that an operation applies or has found. */
export function AppliedDiff({ previewId }: { readonly previewId: string }) {
  const preview = useQuery(previewQuery(previewId));
  return (
    <Panel title="Diff" {...(preview.data ? { about: countWords(preview.data.changes) || "no change" } : {})} flush>
      {(preview.isPending || (preview.data && isBeingMade(preview.data))) && <Loading what="the diff" />}
      {preview.isError && (
        <div className="p-4">
          <FailureNote error={preview.error} doing="load the diff" onRetry={() => void preview.refetch()} />
        </div>
      )}
      {preview.data !== undefined && preview.data.changes.length > 0 && <ChangeList changes={preview.data.changes} />}
    </Panel>
  );
}
