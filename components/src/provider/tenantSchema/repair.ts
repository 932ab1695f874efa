import type { TenantNames } from "@supalove/contracts";
import type pg from "pg";
import { quoteName } from "../postgres.ts";
import { databaseRightsSql, platformRightsSql, schemaOwnersSql } from "./createSql.ts";
import { EVENT_TRIGGERS } from "./facts.ts";

/*
 * Statements that take back what is not as it should be, whatever was done: rights too many as well as too few. They
 * change owners, rights and switches in the catalogs and evaluate nothing of a tenant.
 */

/** For the database itself; runs from any database. Who is over its size limit stays closed. */
export async function databaseRepairSql(session: pg.Client, names: TenantNames, platform: string): Promise<string[]> {
  const { rows } = await session.query<{ owner: string; shut: boolean; grantees: string[] }>(
    `select pg_get_userbyid(d.datdba)::text as owner,
       d.datconnlimit = 0 and not coalesce(s.setconfig @> '{supalove_guard.over_quota=on}', false) as shut,
       array(select distinct pg_get_userbyid(a.grantee)::text from aclexplode(d.datacl) a
         where a.grantee not in (0, d.datdba)) as grantees
     from pg_database d left join pg_db_role_setting s on s.setdatabase = d.oid and s.setrole = 0
     where d.datname = $1`,
    [names.database],
  );
  const [found] = rows;
  const database = quoteName(names.database);
  return [
    ...(found !== undefined && found.owner !== platform
      ? [`alter database ${database} owner to ${quoteName(platform)}`]
      : []),
    // Left by a removal that was cut off.
    ...(found?.shut === true ? [`alter database ${database} connection limit -1`] : []),
    ...(found?.grantees ?? []).map((role) => `revoke all on database ${database} from ${quoteName(role)} cascade`),
    ...databaseRightsSql(names),
  ];
}

/** For the schemas and the platform's own objects; runs in the tenant's database. */
export async function schemaRepairSql(session: pg.Client, names: TenantNames, platform: string): Promise<string[]> {
  const { rows } = await session.query<{ grantee: string }>(
    `select distinct pg_get_userbyid(a.grantee)::text as grantee from pg_namespace n, aclexplode(n.nspacl) a
     where n.nspname = 'extensions' and a.grantee not in (0, n.nspowner)`,
  );
  const triggers = await session.query<{ name: string }>(
    "select evtname::text as name from pg_event_trigger where evtname = any ($1) and evtenabled = 'D'",
    [EVENT_TRIGGERS],
  );
  return [
    ...["extensions", "supalove"].map((schema) => `alter schema ${schema} owner to ${quoteName(platform)}`),
    ...rows.map(({ grantee }) => `revoke all on schema extensions from ${quoteName(grantee)} cascade`),
    ...platformRightsSql(names),
    ...schemaOwnersSql(names),
    ...triggers.rows.map(({ name }) => `alter event trigger ${quoteName(name)} enable`),
  ];
}
