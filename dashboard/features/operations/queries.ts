import type { Operation, OperationDetails } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";
import { isOver } from "./status.ts";

const ALL_MS = 5_000;
/** Beside the stream, which tells of each change at once. */
const ONE_MS = 4_000;

/** Operations, newest first; of one project or of all. */
export const operationsQuery = (projectRef?: string, limit = 50) =>
  queryOptions({
    queryKey: ["operations", { projectRef, limit }],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ limit: `${limit}` });
      if (projectRef !== undefined) query.set("project_ref", projectRef);
      return callApi<Operation[]>(`/v1/operations?${query}`, { signal });
    },
    refetchInterval: ALL_MS,
  });

export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: ["operations", id],
    queryFn: ({ signal }) => callApi<OperationDetails>(`/v1/operations/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isOver(state.data.status) ? false : ONE_MS),
  });
