import type { Preview } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";

const POLL_MS = 1_000;

/** A preview; asked for again until it is made. */
export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: ["previews", id],
    queryFn: ({ signal }) => callApi<Preview>(`/v1/previews/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isBeingMade(state.data) ? POLL_MS : false),
  });

/** It is not known yet what the change would do. */
export const isBeingMade = ({ status }: Pick<Preview, "status">): boolean =>
  status === "queued" || status === "running";
