import { randomBytes } from "node:crypto";
import { quoteName, quoteText, withSession } from "@supalove/components/provider/postgres.ts";
import { scramVerifier } from "@supalove/components/provider/scram.ts";
import type { ClusterAccess, TenantNames } from "@supalove/contracts";

/**
 * What `pg_dump` reads for an archive and the tenants' roles may not, as other tenants' names and settings stand there
 * (shared cluster: catalog revokes).
 */
const NEEDED_CATALOGS = ["pg_db_role_setting", "pg_shdescription", "pg_shseclabel"];

/** The dump's own, and one for whoever looks after it. */
const CONNECTIONS = 4;

/** Login of a backup. */
export const backupRole = (names: TenantNames) => names.owner.replace(/^postgres_/, "backup_");

/**
 * Makes a login for one backup, uses it and takes it away. It has the rights of the tenant's own, no more, beside three
 * catalogs; and it alone gets into a database that is closed to the tenant's logins, whose password it does not need and
 * whose connections can't crowd it out. So what is dumped is the last that was written.
 */
export async function withBackupRole<T>(
  cluster: ClusterAccess,
  names: TenantNames,
  use: (login: { readonly username: string; readonly password: string }) => Promise<T>,
): Promise<T> {
  const role = backupRole(names);
  const password = randomBytes(24).toString("hex");
  await dropBackupRole(cluster, names);
  await withSession(cluster, names.database, async (session) => {
    const [name, database] = [quoteName(role), quoteName(names.database)];
    await session.query(
      [
        "begin",
        `create role ${name} with login inherit bypassrls connection limit ${CONNECTIONS}
           password ${quoteText(scramVerifier(role, password))}
           in role ${quoteName(names.owner)}, ${quoteName(names.group)}`,
        `alter role ${name} in database ${database} set supalove_guard.paused = off`,
        `grant select on ${NEEDED_CATALOGS.map((table) => `pg_catalog.${table}`).join(", ")} to ${name}`,
        "commit",
      ].join(";\n"),
    );
  });
  try {
    return await use({ username: role, password });
  } finally {
    await dropBackupRole(cluster, names);
  }
}

/** Also what a run that was cut off left. Does nothing where there is no such role. */
async function dropBackupRole(cluster: ClusterAccess, names: TenantNames): Promise<void> {
  const role = backupRole(names);
  await withSession(cluster, names.database, async (session) => {
    const found = await session.query("select from pg_roles where rolname = $1", [role]);
    if (found.rowCount === 0) return;
    await session.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = $1", [role]);
    // It owns nothing: what goes are its rights on the catalogs.
    await session.query(`begin; drop owned by ${quoteName(role)}; drop role ${quoteName(role)}; commit`);
  });
}
