import { TenantQueryAnswer, TenantQueryFailure } from "@supalove/contracts";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";

/** Longest time a query may take, its way there and back included. */
const QUERY_TIMEOUT_MS = 65_000;

const SQLSTATE = /^[0-9A-Z]{5}$/;

export type Rows = TenantQueryAnswer["rows"];

/** The part of the platform that reaches tenants' databases; the control plane never does so itself. */
export interface DataPlane {
  /** Runs SQL as the project's own login. @throws ApiError, `sql_error` and those of the way there */
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
        const answer = TenantQueryAnswer.safeParse(body);
        if (!answer.success) throw errors.dataPlaneUnavailable();
        return answer.data.rows;
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
  const parsed = TenantQueryFailure.safeParse(body);
  const word = parsed.data?.code;
  if (status === 404) return errors.projectNotReady("not yet known to the gateway");
  if (status === 409 && word === "login_refused") return errors.databaseLoginRefused();
  if (status === 503 && word === "database_unavailable") return errors.projectDatabaseUnavailable();
  if (status === 503) return errors.projectNotReady("paused or going down");
  if (status === 429) return errors.tooManyQueries();
  if (status !== 400 || !parsed.success) return errors.dataPlaneUnavailable();
  const { message, code, detail, hint, position } = parsed.data;
  return new ApiError("sql_error", message, "Correct the SQL and send it again.", {
    ...(SQLSTATE.test(code) ? { sqlstate: code } : {}),
    ...(detail ? { detail } : {}),
    ...(hint ? { hint } : {}),
    ...(position ? { position: String(position) } : {}),
  });
}
