/** Attributes of a role, as in `pg_roles`. */
export interface RoleWish {
  readonly name: string;
  readonly login: boolean;
  readonly superuser: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly replication: boolean;
  readonly bypassRls: boolean;
  readonly inherit: boolean;
}

const role = (name: string, powers: Partial<Omit<RoleWish, "name">> = {}): RoleWish => ({
  ...{ login: false, superuser: false, createRole: false, createDatabase: false, replication: false },
  ...{ bypassRls: false, inherit: true },
  name,
  ...powers,
});

/**
 * Roles that the platform answers for in a dedicated project's database: what the upstream image makes them. `postgres` is
 * the tenant's own login and no superuser.
 */
export const DEDICATED_ROLES: readonly RoleWish[] = [
  role("postgres", { login: true, createRole: true, createDatabase: true, replication: true, bypassRls: true }),
  // As upstream: what a project gives to a group of its own, these have at once.
  role("anon"),
  role("authenticated"),
  role("service_role", { bypassRls: true }),
  role("authenticator", { login: true, inherit: false }),
  role("supabase_auth_admin", { login: true, inherit: false, createRole: true }),
  role("supabase_storage_admin", { login: true, inherit: false, createRole: true }),
];

/** Groups that the platform's logins must be in, or their services can't work. */
export const DEDICATED_MEMBERSHIPS: readonly (readonly [group: string, member: string])[] = [
  ["anon", "authenticator"],
  ["authenticated", "authenticator"],
  ["service_role", "authenticator"],
];

/** Memberships that the images give beside these. What else one of the platform's roles is in, somebody added. */
export const OTHER_MEMBERSHIPS: readonly (readonly [group: string, member: string])[] = [
  ["authenticator", "supabase_storage_admin"],
  ["pg_read_all_data", "supabase_read_only_user"],
  ["pg_read_all_data", "supabase_etl_admin"],
];

/** Groups that reach past the database or up to the superuser: the guard keeps `postgres` from giving them to anybody. */
export const RESERVED_GROUPS: readonly string[] = [
  ...["supabase_admin", "pg_read_server_files", "pg_write_server_files", "pg_execute_server_program"],
];

/** Powers that only a superuser gives. */
export const RESERVED_POWERS = ["superuser", "replication", "bypassRls"] as const;
export type ReservedPower = (typeof RESERVED_POWERS)[number];

/** Roles that the images make beside the seven, with what they may have of those powers. */
export const OTHER_ROLES: Readonly<Record<string, readonly ReservedPower[]>> = {
  supabase_admin: RESERVED_POWERS,
  supabase_functions_admin: [],
  supabase_realtime_admin: [],
  supabase_replication_admin: ["replication"],
  supabase_etl_admin: ["replication", "bypassRls"],
  supabase_read_only_user: ["bypassRls"],
  dashboard_user: ["replication"],
  pgbouncer: [],
};

/** A right on a schema, in the words of SQL. */
export type SchemaRight = readonly [schema: string, role: string, right: "USAGE" | "CREATE"];

const API_ROLES = ["anon", "authenticated", "service_role"];
const usage = (schema: string): SchemaRight[] => API_ROLES.map((name) => [schema, name, "USAGE"]);

/** Rights on the services' schemas, whole: what else is given there, somebody added. They are the superuser's to give. */
const serviceRights = (schema: string, admin: string): SchemaRight[] => [
  ...usage(schema),
  ...[admin, "postgres", "dashboard_user"].flatMap((name): SchemaRight[] => [
    [schema, name, "USAGE"],
    [schema, name, "CREATE"],
  ]),
];
export const SERVICE_RIGHTS: readonly SchemaRight[] = [
  ...serviceRights("auth", "supabase_auth_admin"),
  ...serviceRights("storage", "supabase_storage_admin"),
];

/** Rights on schemas without which the API and the services can't work. */
export const DEDICATED_RIGHTS: readonly SchemaRight[] = [
  ...["public", "extensions"].flatMap(usage),
  // Upstream's own set-up alone makes the role `dashboard_user`, and may stop doing so.
  ...SERVICE_RIGHTS.filter(([, name]) => name !== "dashboard_user"),
];

/**
 * What sessions of the platform's roles begin with: texts that stand for the value, of which the first is set where another
 * stands. `postgres` is not here: how its own sessions begin is the tenant's matter.
 */
export const DEDICATED_SETTINGS: Readonly<Record<string, Readonly<Record<string, readonly [string, ...string[]]>>>> = {
  supabase_admin: { search_path: ['"$user", public, auth, extensions'] },
  supabase_auth_admin: { search_path: ["auth"], idle_in_transaction_session_timeout: ["60s", "60000", "1min"] },
  supabase_storage_admin: { search_path: ["storage"] },
  anon: { statement_timeout: ["3s"] },
  authenticated: { statement_timeout: ["8s"] },
  service_role: {},
  authenticator: { statement_timeout: ["8s"], lock_timeout: ["8s"] },
};

/** Logins whose passwords are the stack's, by the name of the password. */
export const PASSWORD_LOGINS = {
  owner: "postgres",
  authenticator: "authenticator",
  authAdmin: "supabase_auth_admin",
  storageAdmin: "supabase_storage_admin",
} as const;
export type PasswordName = keyof typeof PASSWORD_LOGINS;
