import { z } from "zod";
import { Timestamp } from "./common.ts";

/** One of the keys of `GET /v1/projects/{ref}/api-keys`. Secret ones are masked unless `reveal=true`. */
export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.enum(["legacy", "publishable", "secret"]),
    api_key: z.string(),
    prefix: z.string().nullable(),
    description: z.string().nullable(),
    inserted_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;

/** `GET /v1/projects/{ref}/postgrest`. */
export const PostgrestConfig = z
  .object({
    db_schema: z.string(),
    db_extra_search_path: z.string(),
    max_rows: z.number().int().nullable(),
    db_pool: z.number().int().nullable(),
    jwt_secret: z.string(),
  })
  .meta({ id: "PostgrestConfig" });
export type PostgrestConfig = z.infer<typeof PostgrestConfig>;

/** `POST /v1/projects/{ref}/database/query`. */
export const DatabaseQueryBody = z
  .strictObject({
    query: z.string().min(1, "must not be empty").max(1_000_000, "must not be longer than 1,000,000 characters"),
  })
  .meta({ id: "DatabaseQuery" });

/** Rows of the last statement. */
export const QueryRows = z.array(z.record(z.string(), z.json())).meta({ id: "QueryRows" });
