import { tenantNames } from "@supalove/contracts";
import { jwtSecrets } from "../tenants/openTenant.ts";
import type { Tenant } from "../tenants/tenant.ts";

/** A dedicated project runs its own PostgREST; here it has none. */
export class NotASharedTenantError extends Error {
  override readonly name = "NotASharedTenantError";
}

/** Where and as whom a shared tenant's PostgREST connects. */
export interface RestLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** @throws NotASharedTenantError */
export function restLogin(tenant: Tenant): RestLogin {
  const { target } = tenant.config;
  const password = tenant.secrets.passwords?.authenticator;
  if (target.plan !== "shared" || password === undefined) {
    throw new NotASharedTenantError(`tenant ${tenant.ref} has no database in a shared cluster`);
  }
  const { host, port, database } = target;
  return { host, port, database, user: tenantNames(tenant.ref).authenticator, password };
}

/** Text lists of PostgREST are split at commas; a schema with one in its name can't be given. */
const list = (names: readonly string[]) => names.filter((name) => !name.includes(",")).join(",");

/**
 * Environment of a tenant's PostgREST: all it is told, and all it has.
 * @param socketPath unix socket it listens on, in a folder only the gateway may enter
 */
export function buildPostgrestEnv(tenant: Tenant, socketPath: string): Record<string, string> {
  const { host, port, database, user, password } = restLogin(tenant);
  const { rest, limits } = tenant.config;
  const encode = encodeURIComponent;
  // The application name is readable by other tenants of the cluster, so it says nothing about this one.
  const uri = `postgres://${encode(user)}:${encode(password)}@${host}:${port}/${encode(database)}`;
  // As JWKs the secrets are taken as they are: plain text could begin with "@" (read a file) or itself be JSON, and a JWK
  // also names the only algorithm.
  const jwks = jwtSecrets(tenant.secrets).map((secret) => ({
    kty: "oct",
    alg: "HS256",
    k: Buffer.from(secret, "utf8").toString("base64url"),
  }));
  return {
    PGRST_DB_URI: `${uri}?application_name=postgrest&connect_timeout=5&keepalives_idle=30`,
    PGRST_DB_SCHEMAS: list(rest.schemas),
    PGRST_DB_EXTRA_SEARCH_PATH: list(rest.extraSearchPath),
    PGRST_DB_ANON_ROLE: "anon",
    // Settings of roles in the database are writable by any member of a shared role (isolation, hole 1): never read them.
    PGRST_DB_CONFIG: "false",
    PGRST_DB_POOL: String(limits.restPool),
    PGRST_DB_POOL_ACQUISITION_TIMEOUT: String(limits.timeoutSeconds),
    PGRST_DB_POOL_MAX_IDLETIME: "60",
    PGRST_DB_CHANNEL_ENABLED: "true",
    PGRST_DB_CHANNEL: "pgrst",
    ...(rest.maxRows === null ? {} : { PGRST_DB_MAX_ROWS: String(rest.maxRows) }),
    PGRST_JWT_SECRET: JSON.stringify({ keys: jwks }),
    PGRST_SERVER_UNIX_SOCKET: socketPath,
    PGRST_SERVER_UNIX_SOCKET_MODE: "600",
    // At its other levels PostgREST logs request lines with their query strings.
    PGRST_LOG_LEVEL: "crit",
  };
}
