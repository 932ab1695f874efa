import type { Drift } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";

const CHECKING_MS = 1_500;

/** What the last look at a project's real resources found. */
export const driftQuery = (ref: string) =>
  queryOptions({
    queryKey: ["projects", ref, "drift"],
    queryFn: ({ signal }) => callApi<Drift>(`/v1/projects/${ref}/drift`, { signal }),
    refetchInterval: ({ state }) => (state.data?.checking ? CHECKING_MS : false),
  });
