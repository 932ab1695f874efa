import { z } from "zod";

/*
 * `POST /internal/v1/tenants/{ref}/query`: how the control plane has SQL run in a tenant's database. The data plane runs it as
 * the project's own login.
 */

export const TenantQueryBody = z.strictObject({
  /** Several statements are allowed unless it is read-only. */
  query: z.string().min(1, "query must not be empty"),
  read_only: z.boolean().default(false),
});

/** Answer of the last statement. */
export const TenantQueryAnswer = z.object({
  rows: z.array(z.record(z.string(), z.json())),
  command: z.string().nullable(),
  row_count: z.number().int().nullable(),
});
export type TenantQueryAnswer = z.infer<typeof TenantQueryAnswer>;

/** Body of a refusal: `code` is Postgres' SQLSTATE, or one of the data plane's own words. */
export const TenantQueryFailure = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.string().nullish(),
  hint: z.string().nullish(),
  /** Place in the query text, counted from 1. */
  position: z.number().int().nullish(),
});
