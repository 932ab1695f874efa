import type pg from "pg";
import { quoteName } from "../postgres.ts";
import type { TenantRole } from "./layout.ts";

/** What the cluster knows of one role. */
export interface ActualRole {
  readonly attributes: string;
  readonly memberOf: readonly string[];
}

/** Attributes in words, the dangerous ones first; the same words for wish and reality. */
export function describeRole(role: TenantRole): string {
  const words = [role.login ? "login" : "no login", role.inherit ? "inherit" : "no inherit"];
  if (role.bypassRls) words.push("bypassrls");
  return [...words, `${role.connectionLimit} connections`].join(", ");
}

/** Reads roles by name. */
export async function readRoles(session: pg.Client, names: readonly string[]): Promise<Map<string, ActualRole>> {
  const result = await session.query<{ name: string; attributes: string; memberof: string[] }>(
    `select r.rolname::text as name,
       concat_ws(', ',
         case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreaterole then 'CREATEROLE' end,
         case when r.rolcreatedb then 'CREATEDB' end, case when r.rolreplication then 'REPLICATION' end,
         case when r.rolcanlogin then 'login' else 'no login' end,
         case when r.rolinherit then 'inherit' else 'no inherit' end,
         case when r.rolbypassrls then 'bypassrls' end,
         r.rolconnlimit || ' connections',
         'valid until ' || nullif(r.rolvaliduntil, 'infinity')) as attributes,
       array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
         where m.member = r.oid order by g.rolname) as memberof
     from pg_roles r where r.rolname = any($1)`,
    [[...names]],
  );
  return new Map(result.rows.map((row) => [row.name, { attributes: row.attributes, memberOf: row.memberof }]));
}

/** Statements that bring the cluster from what it has to the wished roles; the same for a first and a repeated run. */
export function rolesSql(roles: readonly TenantRole[], actual: ReadonlyMap<string, ActualRole>): string[] {
  return roles.flatMap((role) => {
    const found = actual.get(role.name);
    const attributes = [
      "nosuperuser nocreaterole nocreatedb noreplication valid until 'infinity'",
      role.login ? "login" : "nologin",
      role.inherit ? "inherit" : "noinherit",
      role.bypassRls ? "bypassrls" : "nobypassrls",
      `connection limit ${role.connectionLimit}`,
    ].join(" ");
    const name = quoteName(role.name);
    const missing = role.memberOf.filter((group) => !found?.memberOf.includes(group));
    const tooMany = (found?.memberOf ?? []).filter((group) => !role.memberOf.includes(group));
    return [
      `${found === undefined ? "create" : "alter"} role ${name} with ${attributes}`,
      ...missing.map((group) => `grant ${quoteName(group)} to ${name}`),
      ...tooMany.map((group) => `revoke ${quoteName(group)} from ${name}`),
    ];
  });
}

/** Sentences for what is not as it should be. */
export function describeRoleDrift(roles: readonly TenantRole[], actual: ReadonlyMap<string, ActualRole>): string[] {
  return roles.flatMap((role) => {
    const found = actual.get(role.name);
    if (found === undefined) return [`role ${role.name}: missing`];
    const lines: string[] = [];
    const wished = describeRole(role);
    if (found.attributes !== wished) lines.push(`role ${role.name}: ${found.attributes}, should be ${wished}`);
    const have = [...found.memberOf].sort().join(" ") || "nothing";
    const want = [...role.memberOf].sort().join(" ") || "nothing";
    if (have !== want) lines.push(`role ${role.name}: member of ${have}, should be of ${want}`);
    return lines;
  });
}
