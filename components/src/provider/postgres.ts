import type { ClusterAccess } from "@supalove/contracts";
import pg from "pg";

/** A statement on the cluster failed; the message carries no password and no statement text. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}

/** SQLSTATEs that the callers tell apart. */
export const SQLSTATE = {
  unknownDatabase: "3D000",
  duplicateDatabase: "42P04",
  invalidPassword: "28P01",
} as const;

export const quoteName = pg.escapeIdentifier;
export const quoteText = pg.escapeLiteral;

/** SQLSTATE of an error that the server sent. */
export const sqlState = (error: unknown) => (error instanceof pg.DatabaseError ? error.code : undefined);

/**
 * Opens a session. Its search path holds the system catalog alone, so that no name in our statements can resolve to
 * something a tenant made; limits keep a blocked session from hanging the operation.
 */
export async function openSession(access: ClusterAccess, database: string): Promise<pg.Client> {
  const session = new pg.Client({
    host: access.host,
    port: access.port,
    user: access.username,
    password: access.password,
    database,
    application_name: "supalove",
    connectionTimeoutMillis: 15_000,
    options: "-c search_path=pg_catalog,pg_temp -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s",
  });
  // An idle session that the server ends must not end this process; the next statement reports it.
  session.on("error", () => undefined);
  await session.connect();
  return session;
}

/** Opens a session, hands it over and closes it. */
export async function withSession<T>(
  access: ClusterAccess,
  database: string,
  use: (session: pg.Client) => Promise<T>,
): Promise<T> {
  const session = await openSession(access, database);
  try {
    return await use(session);
  } finally {
    await session.end().catch(() => undefined);
  }
}

/** Runs statements that take no parameters in one transaction and one round trip. */
export async function inTransaction(session: pg.Client, statements: readonly string[]): Promise<void> {
  try {
    await session.query(["begin", ...statements, "commit"].join(";\n"));
  } catch (error) {
    await session.query("rollback").catch(() => undefined);
    throw error;
  }
}
