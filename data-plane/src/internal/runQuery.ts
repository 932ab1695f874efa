import type { TenantQueryAnswer } from "@supalove/contracts";
import pg from "pg";
import { cancelBackend } from "./cancelBackend.ts";
import { QueryError } from "./queryError.ts";
import { jsonSafeTypes } from "./sqlTypes.ts";

export interface QueryRequest {
  readonly query: string;
  readonly readOnly: boolean;
}

/** Answer of the last statement; the rows as the wire has them. */
export type QueryAnswer = Readonly<Omit<TenantQueryAnswer, "rows">> & { readonly rows: readonly unknown[] };

export interface QueryCaps {
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Bounds the whole query from outside: the tenant's SQL may lift `statement_timeout` for itself. */
  readonly deadlineMs: number;
}

const LIMIT_HINT = "Ask for less: add a LIMIT, select fewer columns, or aggregate in the database.";

/**
 * Runs a tenant's SQL on a connection of the tenant's own login. Several statements go in one simple query. A read-only
 * query is one statement of the extended protocol inside a read-only transaction that already holds a snapshot: neither
 * a second statement nor a setting can end or lift it.
 * @throws QueryError
 */
export async function runQuery(client: pg.Client, request: QueryRequest, caps: QueryCaps): Promise<QueryAnswer> {
  if (!request.readOnly) return collect(client, request.query, "simple", caps);
  await client.query("begin read only; select 1");
  try {
    return await collect(client, request.query, "extended", caps);
  } finally {
    await client.query("rollback").catch(() => undefined);
  }
}

function collect(client: pg.Client, text: string, mode: "simple" | "extended", caps: QueryCaps): Promise<QueryAnswer> {
  const query = new pg.Query({
    text,
    types: jsonSafeTypes,
    ...(mode === "extended" ? { queryMode: mode } : {}),
  } as pg.QueryConfig);
  const { stream } = client.connection;
  return new Promise((resolve, reject) => {
    let rows: unknown[] = [];
    let current: unknown;
    let bytes = 0;
    let refusal: QueryError | undefined;
    /** Ends the query on the server; its error then ends it here. */
    const refuse = (error: QueryError) => {
      if (refusal) return;
      refusal = error;
      rows = [];
      cancelBackend(client);
      // Should the server not react, the connection goes.
      hardStop = setTimeout(() => stream.destroy(), 2_000);
    };
    let hardStop: NodeJS.Timeout | undefined;
    const deadline = setTimeout(
      () =>
        refuse(
          new QueryError(400, "57014", `The query ran for more than ${caps.deadlineMs / 1000} s and was cancelled.`),
        ),
      caps.deadlineMs,
    );
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > caps.maxBytes)
        refuse(
          new QueryError(400, "result_too_large", `The result has more than ${caps.maxBytes} bytes.`, {
            hint: LIMIT_HINT,
          }),
        );
    };
    const finish = () => {
      clearTimeout(deadline);
      clearTimeout(hardStop);
      stream.removeListener("data", onData);
    };
    stream.on("data", onData);
    query.on("row", (row, result) => {
      // Only the last statement's rows are answered.
      if (result !== current) rows = [];
      current = result;
      if (refusal) return;
      rows.push(row);
      if (rows.length > caps.maxRows)
        refuse(
          new QueryError(400, "result_too_large", `The result has more than ${caps.maxRows} rows.`, {
            hint: LIMIT_HINT,
          }),
        );
    });
    query.on("end", (results: pg.QueryResult | pg.QueryResult[]) => {
      finish();
      if (refusal) return reject(refusal);
      const last = Array.isArray(results) ? results.at(-1) : results;
      resolve({
        rows: last === current ? rows : [],
        command: last?.command ?? null,
        row_count: last?.rowCount ?? null,
      });
    });
    query.on("error", (error: Error) => {
      finish();
      reject(refusal ?? translate(error));
    });
    client.query(query);
  });
}

function translate(error: Error): QueryError {
  if (error instanceof pg.DatabaseError) {
    const { code, message, detail, hint, position } = error;
    return new QueryError(400, code ?? "XX000", message, { detail, hint, position });
  }
  return connectionBroke(error);
}

/** The connection ended under a query: the project goes down, or its database does. */
export const connectionBroke = (cause: unknown) =>
  new QueryError(503, "database_unavailable", "The connection to the project's database broke.", { cause });
