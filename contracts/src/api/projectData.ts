import { z } from "zod";
import { Timestamp } from "./common.ts";
import { DatabasePassword } from "./projects.ts";

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

/** `GET /v1/projects/{ref}/database/connection`. The password is masked unless `reveal=true`, in the string as well. */
export const DatabaseConnection = z
  .object({
    host: z.string(),
    port: z.number().int(),
    database: z.string(),
    user: z.string(),
    password: z.string(),
    connection_string: z.string(),
  })
  .meta({ id: "DatabaseConnection" });
export type DatabaseConnection = z.infer<typeof DatabaseConnection>;

/** `PATCH /v1/projects/{ref}/database/password`. */
export const DatabasePasswordBody = z.strictObject({ password: DatabasePassword }).meta({ id: "DatabasePassword" });

/** `POST /v1/projects/{ref}/database/query`. */
export const DatabaseQueryBody = z
  .strictObject({
    query: z.string().min(1, "must not be empty").max(1_000_000, "must not be longer than 1,000,000 characters"),
  })
  .meta({ id: "DatabaseQuery" });

/** Rows of the last statement. */
export const QueryRows = z.array(z.record(z.string(), z.json())).meta({ id: "QueryRows" });
