import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import type { Logger } from "pino";

/** A migration that was applied differs from the one in the program, or is missing in it. Nothing was changed. */
export class MigrationMismatch extends Error {
  override readonly name = "MigrationMismatch";
}

/** A migration failed; it was rolled back, those before it stay. */
export class MigrationFailed extends Error {
  override readonly name = "MigrationFailed";
}

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Any number nobody else uses for an advisory lock: two runners that start together must not migrate together. */
const LOCK = 7_261_984_115;

/**
 * Brings the control database to this program's version: the queue's own schema first (triggers of ours call it), then
 * every migration not yet applied, each in its own transaction. Safe to call from several processes at once.
 */
export async function migrate(databaseUrl: string, folder: string, logger: Logger): Promise<void> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "supalove-migrations" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await runMigrations({ connectionString: databaseUrl });
    await client.query(`
      create schema if not exists supalove_internal;
      create table if not exists supalove_internal.migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    const { rows } = await client.query<{ name: string; checksum: string }>(
      "select name, checksum from supalove_internal.migrations order by name",
    );
    for (const migration of pendingMigrations(migrations, rows)) {
      await applyMigration(client, migration);
      logger.info({ migration: migration.name }, "migration applied");
    }
  } finally {
    await client.end();
  }
}

/**
 * What is still to be applied, in order.
 * @throws MigrationMismatch when history and program disagree: an applied one altered or unknown, or a new one before it
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly { readonly name: string; readonly checksum: string }[],
): Migration[] {
  const known = new Map(migrations.map((m) => [m.name, m]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new MigrationMismatch(
        `the control database has migration ${name}, which this version does not know: start a version that is as new`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new MigrationMismatch(`migration ${name} was altered after it had been applied: restore the file`);
    }
  }
  const last =
    applied
      .map((m) => m.name)
      .sort()
      .at(-1) ?? "";
  const done = new Set(applied.map((m) => m.name));
  const pending = migrations.filter((m) => !done.has(m.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const late = pending.find((m) => m.name < last);
  if (late) throw new MigrationMismatch(`migration ${late.name} sorts before ${last}, which is applied: rename it`);
  return pending;
}

async function applyMigration(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(sql);
    await client.query("insert into supalove_internal.migrations (name, checksum) values ($1, $2)", [name, checksum]);
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback");
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationFailed(`migration ${name} failed and was rolled back: ${reason}`, { cause });
  }
}

/** Reads `<folder>/<name>/migration.sql`, sorted by name. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((e) => e.isDirectory()).map((e) => e.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** Nearest `prisma/migrations` above a folder: the same call works from the sources and beside a bundle. */
export function findMigrations(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "prisma", "migrations");
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new MigrationMismatch(`no prisma/migrations folder above ${from}`);
  }
}
