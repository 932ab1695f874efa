/*
 * What the upstream images of a dedicated project's services are given and give, as data: names, ports and rows, so that a
 * test can hold what the component uses, and what the local images are, against it.
 */

/** A service's port, where it says how it is, and every variable that its program reads. */
export interface UpstreamService {
  /** The image that this was read from. */
  readonly image: string;
  readonly port: number;
  readonly env: readonly string[];
}

const postgrest = (names: string) =>
  names.split(/\s+/).map((name) => `PGRST_${name.toUpperCase().replaceAll("-", "_")}`);

export const UPSTREAM_SERVICES: Readonly<Record<"db" | "rest" | "meta", UpstreamService>> = {
  db: {
    image: "supabase/postgres:15.8.1.085",
    port: 5432,
    env: [
      ...["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_DB", "POSTGRES_INITDB_ARGS"],
      ...["POSTGRES_HOST", "POSTGRES_PORT", "PGPORT", "PGPASSWORD", "PGDATABASE", "PGDATA", "JWT_SECRET", "JWT_EXP"],
    ],
  },
  rest: {
    image: "postgrest/postgrest:v12.2.3",
    port: 3000,
    env: postgrest(
      `db-aggregates-enabled db-anon-role db-channel db-channel-enabled db-config db-extra-search-path
       db-hoisted-tx-settings db-max-rows db-plan-enabled db-pool db-pool-acquisition-timeout db-pool-max-idletime
       db-pool-max-lifetime db-pool-automatic-recovery db-pre-config db-pre-request db-prepared-statements db-root-spec
       db-schemas db-tx-end db-uri jwt-aud jwt-cache-max-lifetime jwt-role-claim-key jwt-secret jwt-secret-is-base64
       log-level openapi-mode openapi-security-active openapi-server-proxy-uri server-cors-allowed-origins server-host
       server-port server-timing-enabled server-trace-header server-unix-socket server-unix-socket-mode
       admin-server-port`,
    ),
  },
  meta: {
    image: "supabase/postgres-meta:v0.95.2",
    port: 8080,
    env: [
      ...["PG_META_HOST", "PG_META_PORT", "PG_META_DB_URL", "PG_META_DB_HOST", "PG_META_DB_PORT", "PG_META_DB_NAME"],
      ...["PG_META_DB_USER", "PG_META_DB_PASSWORD", "PG_META_DB_SSL_MODE", "PG_META_DB_SSL_ROOT_CERT", "CRYPTO_KEY"],
      ...["PG_CONN_TIMEOUT_SECS", "PG_QUERY_TIMEOUT_SECS", "PG_META_REQ_HEADER", "PG_META_MAX_RESULT_SIZE_MB"],
    ],
  },
};

/** A role's powers (super, login, inherit, create roles, create databases, replication, bypass of policies), as letters. */
export const UPSTREAM_ROLES: Readonly<Record<string, string>> = {
  supabase_admin: "SLICDRB",
  postgres: "LICDRB",
  anon: "I",
  authenticated: "I",
  service_role: "IB",
  authenticator: "L",
  supabase_auth_admin: "LC",
  supabase_storage_admin: "LC",
  supabase_functions_admin: "LC",
  supabase_realtime_admin: "",
  supabase_replication_admin: "LIR",
  supabase_read_only_user: "LIB",
  dashboard_user: "ICDR",
  pgbouncer: "LI",
};

/** Groups and who must be in them. */
export const UPSTREAM_MEMBERSHIPS: readonly (readonly [group: string, member: string])[] = [
  ...["anon", "authenticated", "service_role"].flatMap((group): [string, string][] => [
    [group, "authenticator"],
    [group, "postgres"],
  ]),
  ...["pg_monitor", "pg_read_all_data", "pg_signal_backend"].map((group): [string, string] => [group, "postgres"]),
  ["authenticator", "supabase_storage_admin"],
  ["pg_read_all_data", "supabase_read_only_user"],
];

/** Settings that a session of a role begins with. */
export const UPSTREAM_SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  supabase_admin: { search_path: '"$user", public, auth, extensions' },
  postgres: { search_path: '"$user", public, extensions' },
  supabase_auth_admin: { search_path: "auth", idle_in_transaction_session_timeout: "60s" },
  supabase_storage_admin: { search_path: "storage" },
  anon: { statement_timeout: "3s" },
  authenticated: { statement_timeout: "8s" },
  authenticator: { statement_timeout: "8s", lock_timeout: "8s" },
};

/** Schemas of the API and of the services, with the role that makes things there. */
export const UPSTREAM_SCHEMAS: Readonly<Record<string, string>> = {
  public: "postgres",
  extensions: "postgres",
  auth: "supabase_auth_admin",
  storage: "supabase_storage_admin",
  realtime: "supabase_realtime_admin",
  _realtime: "supabase_admin",
  graphql_public: "supabase_admin",
  supabase_functions: "supabase_functions_admin",
  pgbouncer: "pgbouncer",
};

/** Schemas that the API's roles may look into. */
export const UPSTREAM_API_SCHEMAS = ["public", "auth", "storage", "realtime", "extensions", "graphql_public"] as const;

/** Extensions of a new database, all in schema `extensions`; upstream's other two are in no package registry. */
export const UPSTREAM_EXTENSIONS = ["uuid-ossp", "pgcrypto", "pgjwt", "pg_stat_statements"] as const;

/** Functions that policies and clients call, with what they give. */
export const UPSTREAM_FUNCTIONS: Readonly<Record<string, string>> = {
  "auth.uid()": "uuid",
  "auth.role()": "text",
  "auth.email()": "text",
  "auth.jwt()": "jsonb",
  "pgbouncer.get_auth(text)": "record",
};
