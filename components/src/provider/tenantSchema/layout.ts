import { API_ROLES, type TenantNames } from "@supalove/contracts";
import type { SchemaPart } from "../../tenantSql/index.ts";
import { TEMPLATE_EXTENSIONS } from "../../tenantSql/platform/extensions.ts";

/** Roles that own the parts of a template database; a new tenant's roles take over from them. */
export const TEMPLATE_OWNERS = {
  owner: "supalove_template_owner",
  auth: "supalove_template_auth",
  storage: "supalove_template_storage",
  realtime: "supalove_template_realtime",
} as const;

/** How a part's migrations get onto an existing database: which login, and which role it then takes. */
export interface PartLogin {
  readonly password: "owner" | "authAdmin" | "storageAdmin";
  readonly login: string;
  readonly role: string;
}

/** Logins of the parts that belong to a tenant; none for the platform's own part. */
export function partLogin(names: TenantNames, part: Exclude<SchemaPart, "platform">): PartLogin {
  switch (part) {
    case "auth":
      return { password: "authAdmin", login: names.authAdmin, role: names.authAdmin };
    case "storage":
      return { password: "storageAdmin", login: names.storageAdmin, role: names.storageAdmin };
    case "realtime":
      return { password: "owner", login: names.owner, role: names.realtimeAdmin };
  }
}

export interface RoleSetting {
  readonly role: string;
  readonly name: string;
  /** As in `ALTER ROLE ... SET name TO <value>`. */
  readonly value: string;
  /** As the catalog stores it. */
  readonly stored: string;
}

/** Settings of the tenant's roles inside its database. World-readable in a cluster: never a secret here. */
export function roleSettings(names: TenantNames): readonly RoleSetting[] {
  const setting = (role: string, name: string, value: string, stored = value): RoleSetting => ({
    role,
    name,
    value,
    stored,
  });
  return [
    setting(names.owner, "search_path", `"$user", public, extensions`),
    setting(names.authenticator, "statement_timeout", "'8s'", "8s"),
    setting(names.authenticator, "lock_timeout", "'8s'", "8s"),
    setting(names.authAdmin, "search_path", "auth"),
    setting(names.authAdmin, "idle_in_transaction_session_timeout", "'60s'", "60s"),
    setting(names.storageAdmin, "search_path", "storage"),
  ];
}

export interface DatabaseRight {
  readonly role: string;
  readonly privileges: readonly ("CONNECT" | "CREATE" | "TEMPORARY")[];
}

/** Everyone who has any right on the tenant's database. Never a shared role: its rights could be dropped by any tenant. */
export function databaseRights(names: TenantNames): readonly DatabaseRight[] {
  return [
    { role: names.owner, privileges: ["CONNECT", "CREATE", "TEMPORARY"] },
    { role: names.authenticator, privileges: ["CONNECT"] },
    { role: names.authAdmin, privileges: ["CONNECT", "CREATE"] },
    { role: names.storageAdmin, privileges: ["CONNECT", "CREATE"] },
  ];
}

/** Owners of the schemas that a tenant database starts with. */
export function schemaOwners(names: TenantNames): Readonly<Record<string, string>> {
  return {
    public: names.owner,
    graphql_public: names.owner,
    auth: names.authAdmin,
    storage: names.storageAdmin,
    realtime: names.realtimeAdmin,
  };
}

/** Schemas whose new tables, functions and sequences the API roles may use, as in Supabase. */
export const API_SCHEMAS = ["public", "graphql_public"] as const;
export const API_GRANTEES = API_ROLES.join(", ");

/** Extensions that must be there: the template's and the project's own. */
export const wishedExtensions = (extensions: readonly string[]) =>
  [...new Set([...TEMPLATE_EXTENSIONS, ...extensions])].sort();
