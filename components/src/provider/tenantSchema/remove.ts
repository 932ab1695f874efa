import type { ClusterAccess, TenantNames } from "@supalove/contracts";
import { quoteName, withSession } from "../postgres.ts";

const ATTEMPTS = 50;
const PAUSE_MS = 100;

/**
 * Empties a tenant's database of sessions so that the plain DROP DATABASE that follows succeeds: nobody may come in any
 * more, those inside are ended, and replication slots, which would hold the database, are dropped.
 */
export async function removeTenant(cluster: ClusterAccess, names: TenantNames): Promise<void> {
  await withSession(cluster, "postgres", async (session) => {
    const found = await session.query("select from pg_database where datname = $1", [names.database]);
    if (found.rowCount === 0) return;
    await session.query(`alter database ${quoteName(names.database)} connection limit 0`);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const left = await session.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
        [names.database],
      );
      const slots = await session.query(
        `select pg_drop_replication_slot(slot_name) from pg_replication_slots
         where database = $1 and not active`,
        [names.database],
      );
      const held = await session.query("select from pg_replication_slots where database = $1", [names.database]);
      if (left.rowCount === 0 && slots.rowCount === 0 && held.rowCount === 0) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  });
}
