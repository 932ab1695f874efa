import { z } from "zod";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";

/** Longest time a query may take, its way there and back included. */
const QUERY_TIMEOUT_MS = 65_000;

/** What the data plane answers to a statement that Postgres refused. */
const SqlFailure = z.object({
  message: z.string(),
  code: z.string().optional(),
  detail: z.string().nullish(),
  hint: z.string().nullish(),
  position: z.union([z.string(), z.number()]).nullish(),
});

const Rows = z.array(z.record(z.string(), z.json()));
export type Rows = z.infer<typeof Rows>;

/** The part of the platform that reaches tenants' databases; the control plane never does so itself. */
export interface DataPlane {
  /** Runs SQL as the project's own login. @throws ApiError `sql_error`, `project_not_ready`, `data_plane_unavailable` */
  query(ref: string, sql: string): Promise<Rows>;
}

/** The data plane's internal API over HTTP. */
export function httpDataPlane(baseUrl: string, token: string): DataPlane {
  return {
    async query(ref, sql) {
      const url = new URL(`/internal/v1/tenants/${ref}/query`, baseUrl);
      const response = await send(url, token, sql);
      const body: unknown = await response.json().catch(() => undefined);
      if (response.ok) {
        const rows = Rows.safeParse(body);
        if (!rows.success) throw errors.dataPlaneUnavailable();
        return rows.data;
      }
      throw failure(response.status, body);
    },
  };
}

async function send(url: URL, token: string, query: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(QUERY_TIMEOUT_MS),
    });
  } catch {
    throw errors.dataPlaneUnavailable();
  }
}

function failure(status: number, body: unknown): ApiError {
  const parsed = SqlFailure.safeParse(body);
  if (status === 404 || status === 503) {
    return errors.projectNotReady(status === 404 ? "not yet known to the gateway" : "paused or going down");
  }
  if (status !== 400 || !parsed.success) return errors.dataPlaneUnavailable();
  const { message, code, detail, hint, position } = parsed.data;
  return new ApiError("sql_error", message, "Correct the SQL and send it again.", {
    ...(code ? { sqlstate: code } : {}),
    ...(detail ? { detail } : {}),
    ...(hint ? { hint } : {}),
    ...(position ? { position: String(position) } : {}),
  });
}
