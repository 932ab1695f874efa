import type { ClusterAccess, TenantNames } from "@supalove/contracts";
import { type Migration, migrationDigest } from "../../tenantSql/index.ts";
import { inTransaction, quoteName, quoteText, withSession } from "../postgres.ts";
import type { TenantPasswords } from "../tenantRoles/passwords.ts";
import { partLogin } from "./layout.ts";

const recordSql = (m: Migration) =>
  `insert into supalove.migrations (part, id, digest) values (${quoteText(m.schema)}, ${quoteText(m.id)}, ${quoteText(migrationDigest(m))})`;

/**
 * Runs one migration on a database that has a tenant. A tenant's part is changed on a session that logged in as that
 * tenant: a migration may fire the tenant's triggers or policies, and whatever those do, they do with the tenant's own
 * powers. (SET ROLE on a superuser session would not help: tenant code can RESET it.)
 */
export async function runMigration(
  platform: ClusterAccess,
  names: TenantNames,
  passwords: TenantPasswords,
  migration: Migration,
): Promise<void> {
  if (migration.schema === "platform") {
    await withSession(platform, names.database, (session) =>
      inTransaction(session, [migration.sql, recordSql(migration)]),
    );
    return;
  }
  const { login, role, password } = partLogin(names, migration.schema);
  const access = { ...platform, username: login, password: passwords[password] };
  await withSession(access, names.database, (session) =>
    inTransaction(session, [`set local role ${quoteName(role)}`, migration.sql, recordSql(migration)]),
  );
}

/** Marks every migration as run, in a template that was just made from all of them. */
export const recordAllSql = (migrations: readonly Migration[]) => migrations.map(recordSql);
