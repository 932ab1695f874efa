import { authMigrations } from "../../components/src/tenantSql/auth/index.ts";
import type { Migration } from "../../components/src/tenantSql/migration.ts";
import { SCHEMA_WATCH_FUNCTIONS, SCHEMA_WATCH_TRIGGERS } from "../../components/src/tenantSql/platform/schemaWatch.ts";
import { realtimeMigrations } from "../../components/src/tenantSql/realtime/index.ts";
import { storageMigrations } from "../../components/src/tenantSql/storage/index.ts";

interface ServiceSchema {
  readonly file: string;
  readonly owner: string;
  readonly migrations: readonly Migration[];
}

/** The services' schemas, in the order in which the first start makes them, with the roles that own what is in them. */
const SERVICE_SCHEMAS: readonly ServiceSchema[] = [
  { file: "00000000000001-auth-schema.sql", owner: "supabase_auth_admin", migrations: authMigrations },
  { file: "00000000000002-storage-schema.sql", owner: "supabase_storage_admin", migrations: storageMigrations },
  { file: "00000000000003-realtime-schema.sql", owner: "supabase_realtime_admin", migrations: realtimeMigrations },
];

/**
 * Scripts by file name: the text that tenants of a shared cluster get, the services' schemas run as the upstream owners, and
 * what tells PostgREST of changes as the superuser.
 */
export function serviceSchemaScripts(): Readonly<Record<string, string>> {
  const schemas = Object.fromEntries(
    SERVICE_SCHEMAS.map(({ file, owner, migrations }) => [
      file,
      // The right to use a schema is the superuser's to give; the owner of its tables does not own it.
      [
        "begin;",
        `set local role ${owner};`,
        ...migrations.map(({ sql }) => withoutSchemaGrants(sql)),
        "commit;",
        "",
      ].join("\n"),
    ]),
  );
  const watch = ["begin;", SCHEMA_WATCH_FUNCTIONS, SCHEMA_WATCH_TRIGGERS, "commit;", ""].join("\n");
  return { ...schemas, "00000000000008-schema-watch.sql": watch };
}

const withoutSchemaGrants = (sql: string) => sql.replace(/^grant usage on schema [^;]*;$/gm, "");
