type Usage = "GAUGE" | "COUNTER" | "LABEL";

interface QueryDefinition {
  /** Metrics are named by this and the column. */
  readonly name: string;
  readonly query: string;
  /** Seconds that an answer is used again, where asking is dear. */
  readonly cacheSeconds?: number;
  readonly columns: Readonly<Record<string, readonly [Usage, string]>>;
}

/*
 * What the exporter asks a cluster. Sums over the whole cluster: there may be hundreds of databases, and a label for each
 * would be thousands of series that nobody looks at.
 */
const QUERIES: readonly QueryDefinition[] = [
  {
    name: "supalove_postgres_connections",
    query: `select coalesce(state, 'starting') as state, count(*) as open
      from pg_stat_activity where backend_type = 'client backend' group by 1`,
    columns: { state: ["LABEL", "What the connection does"], open: ["GAUGE", "Open client connections"] },
  },
  {
    name: "supalove_postgres_limit",
    query: `select current_setting('max_connections')::int as connections,
      current_setting('max_locks_per_transaction')::int
        * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) as locks`,
    columns: {
      connections: ["GAUGE", "Connections the server gives out"],
      locks: ["GAUGE", "Locks that fit into the lock table"],
    },
  },
  {
    name: "supalove_postgres_oldest",
    query: `select
        coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0) as transaction_seconds,
        coalesce(max(extract(epoch from clock_timestamp() - state_change))
          filter (where state like 'idle in transaction%'), 0) as idle_in_transaction_seconds
      from pg_stat_activity where backend_type = 'client backend'`,
    columns: {
      transaction_seconds: ["GAUGE", "Age of the oldest transaction"],
      idle_in_transaction_seconds: ["GAUGE", "Longest time a transaction has been left open doing nothing"],
    },
  },
  {
    name: "supalove_postgres_locks",
    query: `select coalesce(sum(held), 0) as held, coalesce(max(held), 0) as most_by_one
      from (select count(*) as held from pg_locks where pid is not null group by pid) by_process`,
    columns: {
      held: ["GAUGE", "Locks held or waited for"],
      most_by_one: ["GAUGE", "Locks of the process that has most"],
    },
  },
  {
    name: "supalove_postgres_activity",
    query: `select sum(xact_commit) as commits_total, sum(xact_rollback) as rollbacks_total,
        sum(blks_read) as blocks_read_total, sum(blks_hit) as blocks_hit_total,
        sum(temp_bytes) as temporary_bytes_total, sum(deadlocks) as deadlocks_total
      from pg_stat_database`,
    columns: {
      commits_total: ["COUNTER", "Transactions committed"],
      rollbacks_total: ["COUNTER", "Transactions rolled back"],
      blocks_read_total: ["COUNTER", "Blocks read from outside shared memory"],
      blocks_hit_total: ["COUNTER", "Blocks found in shared memory"],
      temporary_bytes_total: ["COUNTER", "Bytes written to temporary files"],
      deadlocks_total: ["COUNTER", "Deadlocks"],
    },
  },
  {
    name: "supalove_postgres_databases",
    // Each size is a walk over the database's files: some hundred files for an empty one.
    query: `select count(*) as count, coalesce(sum(size), 0) as bytes, coalesce(max(size), 0) as largest_bytes
      from (select pg_database_size(oid) as size from pg_database where datallowconn) sizes`,
    cacheSeconds: 900,
    columns: {
      count: ["GAUGE", "Databases that allow connections"],
      bytes: ["GAUGE", "Size of all databases"],
      largest_bytes: ["GAUGE", "Size of the largest database"],
    },
  },
  {
    name: "supalove_postgres_wal",
    query: `select (select sum(size) from pg_ls_waldir()) as bytes,
        coalesce((select max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) from pg_replication_slots), 0)
          as held_by_slot_bytes,
        (select count(*) from pg_replication_slots) as slots`,
    cacheSeconds: 60,
    columns: {
      bytes: ["GAUGE", "Size of the write-ahead log"],
      held_by_slot_bytes: ["GAUGE", "Log that the replication slot furthest behind holds back"],
      slots: ["GAUGE", "Replication slots"],
    },
  },
  {
    name: "supalove_postgres_checkpoints",
    query: `select checkpoints_timed as timed_total, checkpoints_req as requested_total from pg_stat_bgwriter`,
    columns: {
      timed_total: ["COUNTER", "Checkpoints whose time had come"],
      requested_total: ["COUNTER", "Checkpoints because the log grew too fast"],
    },
  },
  {
    name: "supalove_postgres_oldest_row",
    query: `select max(age(datfrozenxid)) as transactions from pg_database`,
    cacheSeconds: 300,
    columns: { transactions: ["GAUGE", "Age of the oldest unfrozen row; the server stops at two thousand million"] },
  },
  {
    name: "supalove_postgres_notifications",
    query: `select pg_notification_queue_usage() as queue_used`,
    columns: { queue_used: ["GAUGE", "Share of the notification queue that is full"] },
  },
  {
    name: "supalove_postgres_start",
    query: `select extract(epoch from pg_postmaster_start_time()) as time_seconds`,
    columns: { time_seconds: ["GAUGE", "When the server started, seconds since the epoch"] },
  },
];

/** Names of all metrics that {@link buildPostgresQueries} makes. */
export const POSTGRES_METRICS: readonly string[] = QUERIES.flatMap(({ name, columns }) =>
  Object.entries(columns)
    .filter(([, [usage]]) => usage !== "LABEL")
    .map(([column]) => `${name}_${column}`),
);

/** The exporter's queries file. As JSON, which is YAML too. */
export function buildPostgresQueries(): string {
  const file = Object.fromEntries(
    QUERIES.map(({ name, query, cacheSeconds, columns }) => [
      name,
      {
        query: query.replace(/\s+/g, " "),
        master: true,
        ...(cacheSeconds === undefined ? {} : { cache_seconds: cacheSeconds }),
        metrics: Object.entries(columns).map(([column, [usage, description]]) => ({
          [column]: { usage, description },
        })),
      },
    ]),
  );
  return `${JSON.stringify(file, null, 2)}\n`;
}
