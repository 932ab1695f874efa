import { quoteName, withSession } from "@supalove/components/provider/postgres.ts";
import { removeTenant } from "@supalove/components/provider/tenantSchema/remove.ts";
import { type ClusterAccess, type ProjectRef, tenantNames } from "@supalove/contracts";
import { backupRole } from "../backups/backupRole.ts";

/**
 * Drops what bears a project's names in its cluster. A run that was killed between a CREATE and the writing of the state
 * leaves an object no state knows; only for projects that never were ready, or that are being deleted.
 */
export async function sweepTenant(cluster: ClusterAccess, ref: ProjectRef): Promise<void> {
  const names = tenantNames(ref);
  await removeTenant(cluster, names);
  const { database, group, ...logins } = names;
  // The last one is there only where a runner was killed in the middle of a backup.
  const roles = [...Object.values(logins), group, backupRole(names)];
  await withSession(cluster, "postgres", async (session) => {
    await session.query(`drop database if exists ${quoteName(database)}`);
    await session.query(`drop role if exists ${roles.map(quoteName).join(", ")}`);
  });
}
