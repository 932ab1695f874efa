import { z } from "zod";
import type { DumpFacts } from "./backupPort.ts";

/** Schemas that no dump holds; `supalove` is the platform's own on the shared plan. */
const LEFT_OUT = ["pg_catalog", "information_schema", "supalove"];

const Facts = z.object({ tables: z.record(z.string(), z.number().int()), roles: z.array(z.string()) });

/**
 * One statement for what a database holds: every table that is no extension's, with its rows. They are counted by one
 * statement each, which Postgres makes and runs itself; a catalog's estimate would be no proof of anything.
 */
export const FACTS_SQL = `select pg_catalog.json_build_object(
  'tables', (select coalesce(json_object_agg(name, rows), '{}') from (
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
      (pg_catalog.regexp_match(pg_catalog.query_to_xml(
        pg_catalog.format('select count(*) as c from only %I.%I', n.nspname, c.relname), false, true, '')::text,
        '<c>(\\d+)</c>'))[1]::bigint as rows
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and c.relpersistence <> 't'
      and n.nspname not in (${LEFT_OUT.map((name) => `'${name}'`).join(", ")})
      and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'
      and not exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')) counted),
  'roles', (select coalesce(json_agg(r.rolname), '[]') from pg_catalog.pg_roles r
    where r.rolname not like 'pg\\_%' and (ROLES)))`;

/** The same for one tenant among others: the roles are its own. */
export const factsSql = (roles?: readonly string[]) =>
  FACTS_SQL.replace("ROLES", roles === undefined ? "true" : `r.rolname in (${roles.map((r) => `'${r}'`).join(", ")})`);

export const parseFacts = (text: string): DumpFacts => Facts.parse(JSON.parse(text));

/** What a restored database lacks, in words; undefined where it has everything. */
export function missingIn(restored: DumpFacts, dumped: DumpFacts): string | undefined {
  for (const [table, rows] of Object.entries(dumped.tables)) {
    const found = restored.tables[table];
    if (found === undefined) return `table ${table} is missing in it`;
    if (found !== rows) return `table ${table} has ${found} rows in it instead of ${rows}`;
  }
  return undefined;
}
