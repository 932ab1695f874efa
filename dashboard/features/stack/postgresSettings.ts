import type { PostgresSettingName } from "@supalove/contracts";

/** Settings of Postgres that a dedicated project may choose, each with a value as it could be. */
export const SETTING_EXAMPLES: Readonly<Record<PostgresSettingName, string>> = {
  effective_cache_size: "512MB",
  logical_decoding_work_mem: "64MB",
  maintenance_work_mem: "64MB",
  max_connections: "100",
  max_locks_per_transaction: "64",
  max_parallel_maintenance_workers: "2",
  max_parallel_workers: "2",
  max_parallel_workers_per_gather: "2",
  max_replication_slots: "10",
  max_slot_wal_keep_size: "1GB",
  max_standby_archive_delay: "30s",
  max_standby_streaming_delay: "30s",
  max_wal_senders: "10",
  max_wal_size: "1GB",
  max_worker_processes: "8",
  session_replication_role: "origin",
  shared_buffers: "256MB",
  statement_timeout: "60s",
  track_activity_query_size: "1kB",
  track_commit_timestamp: "on",
  wal_keep_size: "0",
  wal_sender_timeout: "60s",
  work_mem: "8MB",
};

export const SETTING_NAMES = Object.keys(SETTING_EXAMPLES) as readonly PostgresSettingName[];
