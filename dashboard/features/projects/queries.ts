import type { ApiKey, DatabaseConnection, Organization, Project } from "@supalove/contracts/api/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../lib/callApi.ts";
import { isMoving } from "./status.ts";

const MOVING_MS = 1_500;
const RESTING_MS = 20_000;

/** All projects the person can reach; looked at often while one of them changes. */
export const projectsQuery = () =>
  queryOptions({
    queryKey: ["projects"],
    queryFn: ({ signal }) => callApi<Project[]>("/v1/projects", { signal }),
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => isMoving(status)) ? MOVING_MS : RESTING_MS),
  });

export const projectQuery = (ref: string) =>
  queryOptions({
    queryKey: ["projects", ref],
    queryFn: ({ signal }) => callApi<Project>(`/v1/projects/${ref}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data.status) ? MOVING_MS : RESTING_MS),
  });

/** Keys with the secret ones masked. Revealed ones are asked for apart and never kept. */
export const apiKeysQuery = (ref: string) =>
  queryOptions({
    queryKey: ["projects", ref, "api-keys"],
    queryFn: ({ signal }) => callApi<ApiKey[]>(`/v1/projects/${ref}/api-keys`, { signal }),
  });

export const revealApiKeys = (ref: string) => callApi<ApiKey[]>(`/v1/projects/${ref}/api-keys?reveal=true`);

/** The way to the database with its password masked. */
export const databaseConnectionQuery = (ref: string) =>
  queryOptions({
    queryKey: ["projects", ref, "connection"],
    queryFn: ({ signal }) => callApi<DatabaseConnection>(`/v1/projects/${ref}/database/connection`, { signal }),
  });

export const revealDatabaseConnection = (ref: string) =>
  callApi<DatabaseConnection>(`/v1/projects/${ref}/database/connection?reveal=true`);

export const organizationsQuery = () =>
  queryOptions({
    queryKey: ["organizations"],
    queryFn: ({ signal }) => callApi<Organization[]>("/v1/organizations", { signal }),
  });
