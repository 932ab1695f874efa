import { request } from "undici";
import { z } from "zod";
import type { Tenant } from "../tenants/tenant.ts";
import { QueryError } from "./queryError.ts";
import type { QueryAnswer, QueryCaps, QueryRequest } from "./runQuery.ts";

/** What postgres-meta says of a query that Postgres refused: the server's own words. */
const Refusal = z.object({
  message: z.string().default("The query failed."),
  code: z.string().default("XX000"),
  detail: z.string().nullish(),
  hint: z.string().nullish(),
  position: z.union([z.string(), z.number()]).nullish(),
});

/**
 * Runs SQL in a dedicated project's database, through the project's own gateway and its postgres-meta, which works as the
 * tenant's login: no other way leads there.
 * @throws QueryError
 */
export async function dedicatedQuery(
  tenant: Tenant,
  url: string,
  query: QueryRequest,
  caps: QueryCaps,
): Promise<QueryAnswer> {
  if (query.readOnly) {
    throw new QueryError(501, "read_only_unavailable", "A dedicated project has no read-only queries.", {
      hint: "Leave read_only out.",
    });
  }
  const answer = await ask(tenant, url, query.query, caps);
  if (answer.status === 400) {
    const refusal = Refusal.catch({ message: "The query failed.", code: "XX000" }).parse(answer.body);
    const { message, code, detail, hint, position } = refusal;
    throw new QueryError(400, code, message, {
      detail: detail ?? undefined,
      hint: hint ?? undefined,
      position: position == null ? undefined : String(position),
    });
  }
  if (answer.status === 503) {
    throw new QueryError(
      503,
      "database_unavailable",
      "The project's postgres-meta does not answer, or is switched off.",
    );
  }
  if (answer.status !== 200 || !Array.isArray(answer.body)) {
    throw new QueryError(503, "database_unavailable", `The project's gateway answered ${answer.status}.`);
  }
  if (answer.body.length > caps.maxRows) {
    throw new QueryError(400, "result_too_large", `The result has more than ${caps.maxRows} rows.`);
  }
  return { rows: answer.body, command: null, row_count: answer.body.length };
}

async function ask({ secrets }: Tenant, url: string, query: string, { deadlineMs, maxBytes }: QueryCaps) {
  try {
    const { statusCode, body } = await request(new URL("/pg/query", url), {
      method: "POST",
      headers: { apikey: secrets.serviceRoleKey, "content-type": "application/json" },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > maxBytes) {
        body.destroy();
        throw new QueryError(400, "result_too_large", `The result has more than ${maxBytes} bytes.`);
      }
      parts.push(part);
    }
    return { status: statusCode, body: JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown };
  } catch (cause) {
    if (cause instanceof QueryError) throw cause;
    throw new QueryError(503, "database_unavailable", "The project's own gateway can't be reached.", { cause });
  }
}
