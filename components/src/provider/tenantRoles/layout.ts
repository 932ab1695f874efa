import { API_ROLES, type TenantNames } from "@supalove/contracts";
import type { RoleLimits } from "./roleLimits.ts";

/** A role of a tenant. What is not listed here (superuser, CREATEROLE, CREATEDB, REPLICATION) no tenant's role ever has. */
export interface TenantRole {
  readonly name: string;
  readonly login: boolean;
  readonly inherit: boolean;
  readonly bypassRls: boolean;
  /** -1: without limit. */
  readonly connectionLimit: number;
  readonly memberOf: readonly string[];
}

/**
 * A tenant's roles, each after those it is a member of. All logins are members of the group named like the database,
 * which the cluster's HBA rule `samerole` asks for. The owner inherits the roles of auth, storage and realtime, so that it
 * can put policies, triggers and foreign keys on their tables, as every Supabase app does.
 */
export function tenantRoles(names: TenantNames, limits: RoleLimits): readonly TenantRole[] {
  const powerless = { login: false, inherit: true, bypassRls: false, connectionLimit: -1, memberOf: [] };
  const service = { ...powerless, login: true, inherit: false };
  return [
    { ...powerless, name: names.group },
    { ...powerless, name: names.realtimeAdmin },
    {
      ...service,
      name: names.authenticator,
      connectionLimit: limits.authenticator,
      memberOf: [names.group, ...API_ROLES],
    },
    { ...service, name: names.authAdmin, connectionLimit: limits.authAdmin, memberOf: [names.group] },
    {
      ...service,
      name: names.storageAdmin,
      connectionLimit: limits.storageAdmin,
      memberOf: [names.group, names.authenticator],
    },
    {
      ...powerless,
      name: names.owner,
      login: true,
      bypassRls: true,
      connectionLimit: limits.owner,
      memberOf: [names.group, ...API_ROLES, names.authAdmin, names.storageAdmin, names.realtimeAdmin],
    },
  ];
}
