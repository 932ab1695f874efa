import type { TenantNames } from "@supalove/contracts";
import type pg from "pg";
import { isHiddenFunction, isHiddenRelation } from "../../tenantSql/platform/catalogRevokes.ts";
import { quoteText } from "../postgres.ts";
import { databaseRights, roleSettings, schemaOwners, wishedExtensions } from "./layout.ts";

/**
 * The state of a tenant database as named facts, each a short text: the same words for what should be and for what is, so
 * that their difference can be read by a person in a preview.
 */
export type Facts = ReadonlyMap<string, string>;

export const EVENT_TRIGGERS = ["extension_advice", "pgrst_ddl_watch", "pgrst_drop_watch"] as const;
/** Facts of which there may be no more than expected: a right too many is drift, a setting too many is the tenant's wish. */
const CLOSED = /^rights of .* on the database$/;

/** What a tenant database looks like when nothing has drifted. */
export function expectedFacts(names: TenantNames, platform: string, extensions: readonly string[]): Facts {
  const facts = new Map<string, string>();
  facts.set("owner of the database", platform);
  for (const { role, privileges } of databaseRights(names)) {
    facts.set(`rights of ${role} on the database`, [...privileges].sort().join(" "));
  }
  facts.set("connections to the database", "allowed");
  for (const [schema, owner] of Object.entries(schemaOwners(names))) facts.set(`owner of schema ${schema}`, owner);
  facts.set("owner of schema extensions", platform);
  facts.set("right to create in schema extensions", "nobody");
  facts.set("right to use schema extensions", "everybody");
  facts.set("owner of schema supalove", platform);
  for (const { role, name, stored } of roleSettings(names)) facts.set(`setting ${name} of ${role}`, stored);
  for (const name of wishedExtensions(extensions)) facts.set(`extension ${name}`, "installed");
  for (const name of EVENT_TRIGGERS) facts.set(`event trigger ${name}`, "enabled");
  facts.set("hidden system catalogs that can be read", "none");
  return facts;
}

/** One query on the system catalogs alone; it evaluates nothing a tenant could have made. */
function factsSql(names: TenantNames, extensions: readonly string[]): string {
  const database = quoteText(names.database);
  const wished = wishedExtensions(extensions).map(quoteText).join(", ");
  return `
    with acl as (
      select a.grantee, a.privilege_type, d.datdba from pg_database d,
        aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where d.datname = ${database}
    ), namespace_acl as (
      select n.nspname, n.nspowner, a.grantee, a.privilege_type from pg_namespace n,
        aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a where n.nspname = 'extensions'
    )
    select 'owner of the database' as fact, pg_get_userbyid(datdba)::text as value from pg_database where datname = ${database}
    union all
    select 'connections to the database', case when datallowconn and (datconnlimit <> 0 or exists (
        select from pg_db_role_setting s where s.setdatabase = d.oid and s.setrole = 0
          and s.setconfig @> '{supalove_guard.over_quota=on}')) then 'allowed' else 'refused' end
      from pg_database d where datname = ${database}
    union all
    select 'rights of ' || case grantee when 0 then 'everybody' else pg_get_userbyid(grantee) end || ' on the database',
        string_agg(privilege_type, ' ' order by privilege_type collate "C")
      from acl where grantee <> datdba group by grantee
    union all
    select 'owner of schema ' || nspname, pg_get_userbyid(nspowner) from pg_namespace
      where nspname in ('public', 'graphql_public', 'auth', 'storage', 'realtime', 'extensions', 'supalove')
    union all
    select 'right to create in schema extensions', coalesce(string_agg(
        case grantee when 0 then 'everybody' else pg_get_userbyid(grantee) end, ' ' order by grantee), 'nobody')
      from namespace_acl where privilege_type = 'CREATE' and grantee <> nspowner
    union all
    select 'right to use schema extensions', case when exists (
        select from namespace_acl where privilege_type = 'USAGE' and grantee = 0) then 'everybody' else 'not everybody' end
    union all
    select 'setting ' || split_part(entry, '=', 1) || ' of ' || pg_get_userbyid(s.setrole),
        substr(entry, length(split_part(entry, '=', 1)) + 2)
      from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) entry
      where d.datname = ${database}
    union all
    select 'extension ' || extname, 'installed' from pg_extension where extname in (${wished})
    union all
    select 'event trigger ' || evtname, case evtenabled when 'D' then 'disabled' else 'enabled' end from pg_event_trigger
    union all
    select 'hidden system catalogs that can be read', coalesce(string_agg(name, ' ' order by name), 'none') from (
      select c.relname::text as name from pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
        where ${isHiddenRelation} and a.grantee = 0
      union
      select p.proname::text from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where ${isHiddenFunction} and a.grantee = 0) readable`;
}

/** Reads the facts of a tenant database, on a session that is connected to it. */
export async function actualFacts(
  session: pg.Client,
  names: TenantNames,
  extensions: readonly string[],
): Promise<Facts> {
  const result = await session.query<{ fact: string; value: string }>(factsSql(names, extensions));
  return new Map(result.rows.map((row) => [row.fact, row.value]));
}

/** Sentences for what is not as it should be; a fact that nobody asked for is the tenant's own business. */
export function describeDrift(expected: Facts, actual: Facts): string[] {
  const lines: string[] = [];
  for (const [fact, wished] of expected) {
    const found = actual.get(fact);
    if (found !== wished) lines.push(`${fact}: ${found ?? "missing"}, should be ${wished}`);
  }
  for (const [fact, found] of actual) {
    if (CLOSED.test(fact) && !expected.has(fact)) lines.push(`${fact}: ${found}, should be none`);
  }
  return lines;
}
