import type pg from "pg";

/** A tenant's session in a shared cluster, as far as its effect on the others goes. */
export interface TenantSession {
  readonly pid: number;
  /** With the pid it names the session for good: numbers come again. */
  readonly startedAt: string;
  /** Login role; names its tenant. */
  readonly role: string;
  readonly state: string;
  /** Age of the open transaction in seconds, null where there is none. */
  readonly transactionSeconds: number | null;
  /** Seconds since the state last changed. */
  readonly stateSeconds: number;
}

/** What the watchdog sees of a cluster in one look. */
export interface ClusterView {
  readonly sessions: readonly TenantSession[];
  /** Client connections, the platform's own included. */
  readonly connections: number;
  /** Connections that everybody but a superuser may have together. */
  readonly connectionBudget: number;
  /** Share of the notification queue that is taken, 0 to 1. */
  readonly notificationsUsed: number;
}

/** Logins of tenants (contracts: tenantNames); the platform's own sessions are never touched. */
const TENANT_LOGIN = "^(postgres|authenticator|auth_admin|storage_admin)_[a-z]{20}$";

interface Row {
  readonly pid: number;
  readonly startedat: string;
  readonly role: string;
  readonly state: string | null;
  readonly transactionseconds: number | null;
  readonly stateseconds: number;
}

/** Reads the server's own views; nothing a tenant made is evaluated. */
export async function readCluster(session: pg.Client): Promise<ClusterView> {
  const sessions = await session.query<Row>(
    `select a.pid, a.backend_start::text as startedat, a.usename::text as role, a.state,
         extract(epoch from clock_timestamp() - a.xact_start)::float8 as transactionseconds,
         coalesce(extract(epoch from clock_timestamp() - a.state_change), 0)::float8 as stateseconds
       from pg_stat_activity a
       where a.backend_type = 'client backend' and a.usename ~ $1`,
    [TENANT_LOGIN],
  );
  const totals = await session.query<{ connections: number; budget: number; notifications: number }>(
    `select (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as connections,
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as budget,
         pg_notification_queue_usage()::float8 as notifications`,
  );
  const [total] = totals.rows;
  return {
    sessions: sessions.rows.map((row) => ({
      pid: row.pid,
      startedAt: row.startedat,
      role: row.role,
      state: row.state ?? "unknown",
      transactionSeconds: row.transactionseconds,
      stateSeconds: row.stateseconds,
    })),
    connections: total?.connections ?? 0,
    connectionBudget: total?.budget ?? 0,
    notificationsUsed: total?.notifications ?? 0,
  };
}
