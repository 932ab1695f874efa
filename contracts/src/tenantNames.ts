import type { ProjectRef } from "./projectRef.ts";

/** Every name in the shared cluster that belongs to one tenant. Derived, never stored: the ref is the only key. */
export interface TenantNames {
  /** The tenant's database, and the NOLOGIN group of the same name that the HBA rule `samerole` asks for. */
  readonly database: string;
  readonly group: string;
  /** Login of the tenant itself: SQL editor and direct connections. BYPASSRLS, no other power. */
  readonly owner: string;
  /** Login of PostgREST and of row level security checks. NOINHERIT. */
  readonly authenticator: string;
  /** Login of the auth service; owns schema `auth`. */
  readonly authAdmin: string;
  /** Login of the storage service; owns schema `storage`. */
  readonly storageAdmin: string;
  /** Owner of schema `realtime`; NOLOGIN. */
  readonly realtimeAdmin: string;
}

/** Names of a tenant's database and roles in a shared cluster (design: "Isolation in the shared cluster"). */
export function tenantNames(ref: ProjectRef): TenantNames {
  return {
    database: `db_${ref}`,
    group: `db_${ref}`,
    owner: `postgres_${ref}`,
    authenticator: `authenticator_${ref}`,
    authAdmin: `auth_admin_${ref}`,
    storageAdmin: `storage_admin_${ref}`,
    realtimeAdmin: `realtime_admin_${ref}`,
  };
}

/** The role names every Supabase app knows; shared cluster-wide, NOLOGIN, owning nothing. */
export const API_ROLES = ["anon", "authenticated", "service_role"] as const;
