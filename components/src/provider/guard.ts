import type pg from "pg";
import { ClusterError } from "./postgres.ts";

/**
 * In words why the guard library does not protect a cluster; undefined when it does. Without it a tenant can change the
 * roles that all share.
 */
export async function guardFault(session: pg.Client): Promise<string | undefined> {
  const { rows } = await session.query<{ loaded: boolean; tenants: string | null; reserved: string | null }>(
    `select 'supalove_guard' = any (string_to_array(replace(current_setting('shared_preload_libraries'), ' ', ''), ',')) as loaded,
       current_setting('supalove_guard.tenant_logins', true) as tenants,
       current_setting('supalove_guard.reserved_roles', true) as reserved`,
  );
  const [found] = rows;
  if (found?.loaded !== true) return "its library supalove_guard is not in shared_preload_libraries";
  if (!found.tenants || !found.reserved) return "the settings of its library supalove_guard are missing";
  return undefined;
}

/** @throws ClusterError where tenants of the cluster would not be kept apart */
export async function requireGuard(session: pg.Client): Promise<void> {
  const fault = await guardFault(session);
  if (fault === undefined) return;
  throw new ClusterError(
    `the shared cluster does not keep its tenants apart: ${fault}; ` +
      "run the shared plan on the platform's own postgres image with the settings of the base stack",
  );
}
