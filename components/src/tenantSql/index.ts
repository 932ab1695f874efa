import { createHash } from "node:crypto";
import { authMigrations } from "./auth/index.ts";
import type { Migration } from "./migration.ts";
import { platformMigrations } from "./platform/index.ts";
import { realtimeMigrations } from "./realtime/index.ts";
import { storageMigrations } from "./storage/index.ts";

export { type Migration, SCHEMA_PARTS, type SchemaPart } from "./migration.ts";

/** Every migration, in the order in which the template runs them. */
export const MIGRATIONS: readonly Migration[] = [
  ...platformMigrations,
  ...authMigrations,
  ...storageMigrations,
  ...realtimeMigrations,
];

/** Digest of a migration's text, kept beside its id, so that a changed one is noticed. */
export const migrationDigest = (migration: Migration) =>
  createHash("sha256").update(migration.sql).digest("hex").slice(0, 16);

/** Version of the whole tenant schema: number of migrations, then a digest of them. `2-1f0c9a3b` */
export function schemaVersion(migrations: readonly Migration[] = MIGRATIONS): string {
  const hash = createHash("sha256");
  for (const m of migrations) hash.update(`${m.schema}/${m.id}/${migrationDigest(m)}\n`);
  return `${migrations.length}-${hash.digest("hex").slice(0, 8)}`;
}

/** Name of the template database of a schema version. */
export const templateName = (version: string = schemaVersion()) => `supalove_template_${version.replace("-", "_")}`;
