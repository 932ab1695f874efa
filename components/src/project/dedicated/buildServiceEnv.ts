/*
 * Environment of a dedicated project's services: the variables of the upstream images (Supabase's self-hosting set-up), and
 * no others. Pure, so that a test holds them against what the images read.
 */

/** Names under which the services reach one another on the project's network. */
export const HOSTS = { db: "db", rest: "rest", meta: "meta" } as const;
export const PORTS = { db: 5432, rest: 3000, restAdmin: 3001, meta: 8080, gateway: 8080 } as const;

/** Schemas that PostgREST serves, as Supabase's own defaults. */
export const REST_SCHEMAS = ["public", "graphql_public"] as const;
export const REST_SEARCH_PATH = ["public", "extensions"] as const;
export const REST_MAX_ROWS = 1000;

export interface RestEnvInputs {
  /** Password of the login `authenticator`. */
  readonly password: string;
  /** Secrets of JWTs that are accepted: the project's own, and during a rotation the one before. */
  readonly jwtSecrets: readonly string[];
  readonly pool: number;
}

/** Environment of PostgREST. */
export function buildRestEnv({ password, jwtSecrets, pool }: RestEnvInputs): Record<string, string> {
  // As JWKs the secrets are taken as they are, whatever they begin with, and the only algorithm is named.
  const keys = jwtSecrets.map((secret) => ({
    kty: "oct",
    alg: "HS256",
    k: Buffer.from(secret, "utf8").toString("base64url"),
  }));
  const login = `authenticator:${encodeURIComponent(password)}`;
  return {
    PGRST_DB_URI: `postgres://${login}@${HOSTS.db}:${PORTS.db}/postgres?application_name=postgrest&connect_timeout=5`,
    PGRST_DB_SCHEMAS: REST_SCHEMAS.join(","),
    PGRST_DB_EXTRA_SEARCH_PATH: REST_SEARCH_PATH.join(","),
    PGRST_DB_MAX_ROWS: String(REST_MAX_ROWS),
    PGRST_DB_ANON_ROLE: "anon",
    PGRST_DB_POOL: String(pool),
    PGRST_DB_POOL_ACQUISITION_TIMEOUT: "10",
    PGRST_JWT_SECRET: JSON.stringify({ keys }),
    PGRST_SERVER_PORT: String(PORTS.rest),
    PGRST_ADMIN_SERVER_PORT: String(PORTS.restAdmin),
    // At its other levels PostgREST logs request lines with their query strings.
    PGRST_LOG_LEVEL: "crit",
  };
}

/** Environment of postgres-meta. It works as the tenant's own login, which is no superuser. */
export function buildMetaEnv(inputs: {
  readonly password: string;
  readonly cryptoKey: string;
}): Record<string, string> {
  return {
    PG_META_PORT: String(PORTS.meta),
    PG_META_DB_HOST: HOSTS.db,
    PG_META_DB_PORT: String(PORTS.db),
    PG_META_DB_NAME: "postgres",
    PG_META_DB_USER: "postgres",
    PG_META_DB_PASSWORD: inputs.password,
    CRYPTO_KEY: inputs.cryptoKey,
  };
}

/** Where the database finds the password of its superuser. */
export const PASSWORD_FILE = "/run/supalove/postgres-password";

/** Environment of the database. */
export function buildDatabaseEnv(): Record<string, string> {
  return {
    POSTGRES_DB: "postgres",
    POSTGRES_PASSWORD_FILE: PASSWORD_FILE,
    // Lifetime of a user's token in seconds, which functions of the database may read.
    JWT_EXP: "3600",
  };
}

/** Command of the database: the image's own configuration with what the platform decides on top. */
export function buildDatabaseCommand(settings: Readonly<Record<string, string>>): string[] {
  const fixed = {
    log_min_messages: "fatal",
    // A failed statement must not put its text into the log.
    log_min_error_statement: "panic",
    password_encryption: "scram-sha-256",
    recovery_init_sync_method: "syncfs",
    jit: "off",
  };
  const all = Object.entries({ ...fixed, ...settings }).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"],
    ...all.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}
