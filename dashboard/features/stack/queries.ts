import type { ServiceVersions, StackView } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";

/** A page that nobody looks at does not ask: the interval rests with it. */
const LOOKED_AT_MS = 5_000;

/** What each container of a dedicated project is doing. */
export const stackQuery = (ref: string) =>
  queryOptions({
    queryKey: ["projects", ref, "stack"],
    queryFn: ({ signal }) => callApi<StackView>(`/v1/projects/${ref}/stack`, { signal }),
    refetchInterval: LOOKED_AT_MS,
  });

/** What each service of a dedicated project runs, and what it may be brought to. */
export const versionsQuery = (ref: string) =>
  queryOptions({
    queryKey: ["projects", ref, "versions"],
    queryFn: ({ signal }) => callApi<ServiceVersions[]>(`/v1/projects/${ref}/versions`, { signal }),
  });
