"use client";

import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { operationsQuery } from "../queries.ts";
import { OperationRows } from "./OperationRows.tsx";

interface Props {
  readonly projectRef?: string;
  readonly limit?: number;
}

/** Operations of a project, or of all of them, in every state of being loaded. */
export function OperationList({ projectRef, limit = 50 }: Props) {
  const operations = useQuery(operationsQuery(projectRef, limit));
  if (operations.isPending) return <Loading what="operations" />;
  if (operations.isError) {
    return (
      <div className="p-4">
        <FailureNote error={operations.error} doing="load the operations" onRetry={() => void operations.refetch()} />
      </div>
    );
  }
  if (operations.data.length === 0) {
    return (
      <EmptyState title="No operations yet">
        Creating, changing, pausing and deleting projects are operations. Each can be watched here, also afterwards.
      </EmptyState>
    );
  }
  return <OperationRows operations={operations.data} />;
}
