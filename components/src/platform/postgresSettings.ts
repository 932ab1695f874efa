/** Settings of a Postgres server, as `name = value` lines of a configuration file. */
export type PostgresSettings = Readonly<Record<string, string | number>>;

/** Text of a configuration file; every value is quoted, which Postgres takes for numbers too. */
export function postgresConf(settings: PostgresSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
  return `${lines.join("\n")}\n`;
}

const common: PostgresSettings = {
  listen_addresses: "*",
  password_encryption: "scram-sha-256",
  // With many databases a crash start fsyncs every file one by one; this asks the file system once.
  recovery_init_sync_method: "syncfs",
  jit: "off",
  tcp_keepalives_idle: 60,
  // A client that went away ends its query.
  client_connection_check_interval: "10s",
  // A failed ALTER ROLE ... PASSWORD, or any statement, must not put its text into the log.
  log_min_error_statement: "panic",
  log_min_duration_statement: -1,
  log_statement: "none",
  log_parameter_max_length: 0,
  log_parameter_max_length_on_error: 0,
  // DETAIL, HINT and CONTEXT quote rows.
  log_error_verbosity: "terse",
  log_line_prefix: "%m [%p] %d ",
  max_wal_size: "1GB",
  checkpoint_completion_target: 0.9,
};

/** The control database: few connections, small. */
export const controlDatabaseSettings: PostgresSettings = {
  ...common,
  max_connections: 120,
  shared_buffers: "128MB",
  effective_cache_size: "384MB",
};

/** Connections that stay for the platform itself when tenants have taken all others. */
const RESERVED_CONNECTIONS = 10;
/** All connections of the shared cluster; what logins may take together is bounded by their limits and by admission. */
export const SHARED_CLUSTER_CONNECTIONS = 300;

/** Roles that tenants are members of, or log in as for the platform's services: only a superuser changes them. */
const RESERVED_ROLES = [
  "anon",
  "authenticated",
  "service_role",
  "postgres",
  "supabase_admin",
  "supalove_*",
  "db_*",
  "authenticator_*",
  "auth_admin_*",
  "storage_admin_*",
  "realtime_admin_*",
];

/** Logins of tenants and of the services that work for them (contracts: tenantNames). */
const TENANT_LOGINS = ["postgres_*", "authenticator_*", "auth_admin_*", "storage_admin_*"];

/** The shared cluster. Several of these need a restart, so they have their final values from the start. */
export const sharedClusterSettings: PostgresSettings = {
  ...common,
  max_connections: SHARED_CLUSTER_CONNECTIONS,
  superuser_reserved_connections: RESERVED_CONNECTIONS,
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  // One tenant's statement that takes locks until it fails must not use up the table that all share.
  max_locks_per_transaction: 1024,
  wal_level: "logical",
  max_replication_slots: 64,
  max_wal_senders: 64,
  // A slot that nobody reads would keep the write-ahead log for ever.
  max_slot_wal_keep_size: "1GB",
  // The launcher visits each database once in this time: shorter costs a core with hundreds of idle ones.
  autovacuum_naptime: "300s",
  max_worker_processes: 16,
  max_parallel_workers: 2,
  // Tenants can't raise this one.
  temp_file_limit: "1GB",
  // Tenants can set these for a session; the defaults are for everybody else.
  idle_in_transaction_session_timeout: "5min",
  "supalove_guard.reserved_roles": RESERVED_ROLES.join(","),
  "supalove_guard.tenant_logins": TENANT_LOGINS.join(","),
  // A session that takes more fails alone; without it the kernel would end the whole server when the container is full.
  "supalove_guard.session_memory": "512MB",
  // How far a tenant may raise what it may set.
  "supalove_guard.limit_work_mem": "64MB",
  "supalove_guard.limit_maintenance_work_mem": "256MB",
  "supalove_guard.limit_temp_buffers": "64MB",
  "supalove_guard.limit_hash_mem_multiplier": 2,
  "supalove_guard.limit_max_parallel_workers": 2,
};
