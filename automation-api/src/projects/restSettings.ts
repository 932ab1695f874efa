import type { TenantConfig } from "@supalove/contracts";

/** REST settings of a project: Supabase's own defaults. */
export function restSettings(): TenantConfig["rest"] {
  return { schemas: ["public", "graphql_public"], extraSearchPath: ["public", "extensions"], maxRows: 1000 };
}
