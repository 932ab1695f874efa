import { type DashboardDefinition, graph, query, stat } from "./dashboard.ts";

/** Control database and shared cluster side by side; `job` is the cluster. */
export const postgresDashboard: DashboardDefinition = {
  name: "postgres",
  title: "Postgres",
  panels: [
    stat("Servers that answer", "none", "Of the control database and the shared cluster.", "sum(pg_up)"),
    stat("Databases", "none", "In both together.", "sum(supalove_postgres_databases_count)"),
    stat("Size", "bytes", "Of all databases; looked at every 15 minutes.", "sum(supalove_postgres_databases_bytes)"),
    stat("Open connections", "none", "Of both together.", "sum(supalove_postgres_connections_open)"),
    stat(
      "Connections taken",
      "percentunit",
      "Of the server with the least left.",
      "max(sum by (job) (supalove_postgres_connections_open) / on (job) supalove_postgres_limit_connections)",
    ),
    stat(
      "Lock table",
      "percentunit",
      "Share in use where it is fullest; a full one stops every tenant.",
      "max(supalove_postgres_locks_held / on (job) supalove_postgres_limit_locks)",
    ),
    graph(
      "Connections",
      "none",
      "By what they do.",
      query("{{job}} {{state}}", "sum by (job, state) (supalove_postgres_connections_open)"),
      query("{{job}} limit", "supalove_postgres_limit_connections"),
    ),
    graph(
      "Transactions",
      "ops",
      "Committed and rolled back.",
      query("{{job}} committed", "rate(supalove_postgres_activity_commits_total[5m])"),
      query("{{job}} rolled back", "rate(supalove_postgres_activity_rollbacks_total[5m])"),
    ),
    graph(
      "Found in memory",
      "percentunit",
      "Share of blocks that need no read; low for long means too little memory.",
      query(
        "{{job}}",
        "rate(supalove_postgres_activity_blocks_hit_total[5m]) / (rate(supalove_postgres_activity_blocks_hit_total[5m]) + rate(supalove_postgres_activity_blocks_read_total[5m]))",
      ),
    ),
    graph(
      "Oldest transaction",
      "s",
      "Nothing newer than it can be vacuumed.",
      query("{{job}}", "supalove_postgres_oldest_transaction_seconds"),
      query("{{job}} doing nothing", "supalove_postgres_oldest_idle_in_transaction_seconds"),
    ),
    graph(
      "Locks",
      "none",
      "All, and those of the process that has most.",
      query("{{job}}", "supalove_postgres_locks_held"),
      query("{{job}} one process", "supalove_postgres_locks_most_by_one"),
    ),
    graph(
      "Deadlocks",
      "none",
      "Within five minutes.",
      query("{{job}}", "increase(supalove_postgres_activity_deadlocks_total[5m])"),
    ),
    graph(
      "Size",
      "bytes",
      "All databases, the largest one, and the write-ahead log.",
      query("{{job}} all", "supalove_postgres_databases_bytes"),
      query("{{job}} largest", "supalove_postgres_databases_largest_bytes"),
      query("{{job}} log", "supalove_postgres_wal_bytes"),
    ),
    graph(
      "Temporary files",
      "Bps",
      "Written by queries that do not fit into memory.",
      query("{{job}}", "rate(supalove_postgres_activity_temporary_bytes_total[5m])"),
    ),
    graph(
      "Replication slots",
      "bytes",
      "Log held back by the slot furthest behind.",
      query("{{job}}", "supalove_postgres_wal_held_by_slot_bytes"),
    ),
    graph(
      "Checkpoints",
      "none",
      "Within five minutes; those asked for mean that the log grows faster than planned.",
      query("{{job}} by time", "increase(supalove_postgres_checkpoints_timed_total[5m])"),
      query("{{job}} asked for", "increase(supalove_postgres_checkpoints_requested_total[5m])"),
    ),
    graph(
      "Age of the oldest row",
      "none",
      "In transactions; vacuum keeps it below two hundred million.",
      query("{{job}}", "supalove_postgres_oldest_row_transactions"),
    ),
    graph(
      "Notification queue",
      "percentunit",
      "Share that is full.",
      query("{{job}}", "supalove_postgres_notifications_queue_used"),
    ),
  ],
};
