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

/** Schemas that the API roles must be able to enter. */
export const DEDICATED_USAGE: readonly (readonly [schema: string, role: string])[] = ["public", "extensions"].flatMap(
  (schema) => ["anon", "authenticated", "service_role"].map((name): [string, string] => [schema, name]),
);

/** Logins whose passwords are the stack's, by the name of the password. */
export const PASSWORD_LOGINS = {
  owner: "postgres",
  authenticator: "authenticator",
  authAdmin: "supabase_auth_admin",
  storageAdmin: "supabase_storage_admin",
} as const;
export type PasswordName = keyof typeof PASSWORD_LOGINS;
