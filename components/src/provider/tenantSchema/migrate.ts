import { randomUUID } from "node:crypto";
import type { ClusterAccess, TenantNames } from "@supalove/contracts";
import { type Migration, migrationDigest, type SchemaPart } from "../../tenantSql/index.ts";
import { inTransaction, quoteName, quoteText, sqlState, withSession } from "../postgres.ts";
import type { TenantPasswords } from "../tenantRoles/passwords.ts";
import { partLogin } from "./layout.ts";

const lineOf = (m: Migration) => [m.schema, m.id, migrationDigest(m)].map(quoteText).join(", ");

/** A migration and its line in the book, both by the platform. */
const recordSql = (m: Migration) =>
  `insert into supalove.migrations (part, id, digest, applied_at) values (${lineOf(m)}, now())`;

/** A line that counts once the token is confirmed. A new one for each attempt: an older one may have been seen. */
const announceSql = (m: Migration, token: string) =>
  `insert into supalove.migrations (part, id, digest, token) values (${lineOf(m)}, ${quoteText(token)})
   on conflict (part, id) do update set digest = excluded.digest, token = excluded.token
   where migrations.applied_at is null`;

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
  const { schema } = migration;
  if (schema === "platform") {
    await withSession(platform, names.database, (session) =>
      inTransaction(session, [migration.sql, recordSql(migration)]),
    );
    return;
  }
  const token = randomUUID();
  await withSession(platform, names.database, (session) => inTransaction(session, [announceSql(migration, token)]));
  try {
    await runAsTenant(platform, names, passwords, { ...migration, schema }, token);
  } catch (error) {
    // It was rolled back for sure: what saw its token must not confirm it later.
    if (sqlState(error) !== undefined && !sqlState(error)?.startsWith("57")) {
      await withSession(platform, names.database, (session) =>
        session.query("update supalove.migrations set token = null where token = $1", [token]),
      ).catch(() => undefined);
    }
    throw error;
  }
}

async function runAsTenant(
  platform: ClusterAccess,
  names: TenantNames,
  passwords: TenantPasswords,
  migration: Migration & { readonly schema: Exclude<SchemaPart, "platform"> },
  token: string,
): Promise<void> {
  const { login, role, password } = partLogin(names, migration.schema);
  const access = { ...platform, username: login, password: passwords[password] };
  await withSession(access, names.database, (session) =>
    inTransaction(session, [
      // What the tenant may have set for its own login.
      "set transaction read write",
      "set local statement_timeout = 0",
      `set local role ${quoteName(role)}`,
      migration.sql,
      `insert into supalove.confirmations (token) values (${quoteText(token)})`,
    ]),
  );
}

/** Marks every migration as run, in a template that was just made from all of them. */
export const recordAllSql = (migrations: readonly Migration[]) => migrations.map(recordSql);
