import type pg from "pg";
import { MIGRATIONS, type Migration, migrationDigest, SCHEMA_PARTS } from "../../tenantSql/index.ts";

/** Which migrations a tenant database has, by part: id -> digest of the text that ran. */
export type Applied = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The database has migrations that this program does not know: it was updated by a newer one. */
export class NewerSchemaError extends Error {
  override readonly name = "NewerSchemaError";
}

/** A line of the book stands for a migration that ran when the platform says so, or its own transaction does. */
const RAN = "(m.applied_at is not null or m.token in (select c.token from supalove.confirmations c))";

/**
 * Reads the platform's book: plain SELECTs on tables of the platform's own, which have no policies, rules or triggers.
 * The tenant's roles may leave tokens, so what comes back is data and nothing more.
 */
export async function readApplied(session: pg.Client): Promise<Applied> {
  const result = await session.query<{ part: string; id: string; digest: string }>(
    `select m.part, m.id, m.digest from supalove.migrations m where ${RAN} order by m.part, m.id`,
  );
  const applied: Record<string, Record<string, string>> = {};
  for (const { part, id, digest } of result.rows) {
    applied[part] ??= {};
    applied[part][id] = digest;
  }
  return applied;
}

/** Makes confirmed lines the platform's own word, and forgets all tokens; what a tenant left there goes with them. */
export const SETTLE_BOOK: readonly string[] = [
  `update supalove.migrations m set applied_at = now() where m.applied_at is null and ${RAN}`,
  "update supalove.migrations set token = null where applied_at is not null and token is not null",
  "delete from supalove.confirmations",
];

/** Newest migration of each part, for outputs and previews. */
export function newestOf(applied: Applied): Record<string, string> {
  const newest: Record<string, string> = {};
  for (const part of SCHEMA_PARTS)
    newest[part] =
      Object.keys(applied[part] ?? {})
        .sort()
        .at(-1) ?? "none";
  return newest;
}

/**
 * Migrations still to run, in order.
 * @throws NewerSchemaError where the database is ahead of the program
 */
export function pendingMigrations(applied: Applied, known: readonly Migration[] = MIGRATIONS): Migration[] {
  for (const part of SCHEMA_PARTS) {
    const ids = new Set(known.filter((m) => m.schema === part).map((m) => m.id));
    const unknown = Object.keys(applied[part] ?? {}).filter((id) => !ids.has(id));
    if (unknown.length > 0) {
      throw new NewerSchemaError(
        `part ${part} has migrations this program does not know (${unknown.slice(0, 3).join(", ")}): ` +
          "the database was updated by a newer version of the platform; run that version",
      );
    }
  }
  return known.filter((m) => applied[m.schema]?.[m.id] === undefined);
}

/** Sentences about the book: lines whose text is not the one this program has, and migrations still to run. */
export function describeMigrations(applied: Applied, known: readonly Migration[] = MIGRATIONS): string[] {
  return known.flatMap((m) => {
    const digest = applied[m.schema]?.[m.id];
    if (digest === undefined) return [`migration ${m.schema}/${m.id} has not run`];
    return digest === migrationDigest(m) ? [] : [`migration ${m.schema}/${m.id} ran with another text`];
  });
}
