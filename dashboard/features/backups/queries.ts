import type { Backup } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";

/** Backups of one's organizations, newest first. */
export const backupsQuery = () =>
  queryOptions({
    queryKey: ["backups"],
    queryFn: ({ signal }) => callApi<Backup[]>("/v1/backups", { signal }),
  });
