import type { Preview } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";

const POLL_MS = 1_000;
/** A second person looks when they have the time. */
const WAITING_MS = 4_000;

/** A preview; asked for again until it is made, and until a second person has approved it where one must. */
export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: ["previews", id],
    queryFn: ({ signal }) => callApi<Preview>(`/v1/previews/${id}`, { signal }),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined) return false;
      if (isBeingMade(data)) return POLL_MS;
      return data.status === "ready" && waitsForApproval(data) ? WAITING_MS : false;
    },
  });

/** A second person must approve it and has not. */
export const waitsForApproval = ({ approval }: Pick<Preview, "approval">): boolean =>
  approval.required && approval.approved_by.length === 0;

/** It is not known yet what the change would do. */
export const isBeingMade = ({ status }: Pick<Preview, "status">): boolean =>
  status === "queued" || status === "running";
