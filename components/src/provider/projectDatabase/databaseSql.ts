import { quoteName, quoteText } from "../postgres.ts";
import { scramVerifier } from "../scram.ts";
import { DATABASE_SUPERUSER } from "./access.ts";
import { extensionsSql } from "./extensionsSql.ts";
import {
  DEDICATED_MEMBERSHIPS,
  DEDICATED_RIGHTS,
  DEDICATED_ROLES,
  DEDICATED_SETTINGS,
  PASSWORD_LOGINS,
  type PasswordName,
  type RoleWish,
  type SchemaRight,
  SERVICE_RIGHTS,
} from "./layout.ts";

/** What of a database the platform answers for. */
export interface DatabaseWish {
  /** How the platform gets in; its own password is the stack's, too. */
  readonly access: { readonly password: string };
  readonly extensions: readonly string[];
  readonly passwords: Readonly<Record<PasswordName, string>>;
}

const attributes = (wish: RoleWish) =>
  [
    wish.login ? "login" : "nologin",
    wish.superuser ? "superuser" : "nosuperuser",
    wish.createRole ? "createrole" : "nocreaterole",
    wish.createDatabase ? "createdb" : "nocreatedb",
    wish.replication ? "replication" : "noreplication",
    wish.bypassRls ? "bypassrls" : "nobypassrls",
    wish.inherit ? "inherit" : "noinherit",
    "connection limit -1",
  ].join(" ");

/**
 * SQL that makes a database what it should be, in one transaction; run again it changes nothing. Passwords go as verifiers,
 * which tell nobody the password.
 * @param more statements that a repair has beside these, in the same transaction
 */
export function databaseSql({ access, extensions, passwords }: DatabaseWish, more: readonly string[] = []): string {
  const setPassword = (login: string, password: string) =>
    `alter role ${quoteName(login)} password ${quoteText(scramVerifier(login, password))}`;
  const names = Object.keys(PASSWORD_LOGINS) as PasswordName[];
  return [
    // What the tenant made in `public` is on nobody's path here.
    "set search_path = pg_catalog, pg_temp",
    "begin",
    ...DEDICATED_ROLES.map(({ name }) => {
      const missing = `not exists (select from pg_catalog.pg_roles where rolname = ${quoteText(name)})`;
      return `do $$ begin if ${missing} then create role ${quoteName(name)}; end if; end $$`;
    }),
    ...DEDICATED_ROLES.map((wish) => `alter role ${quoteName(wish.name)} ${attributes(wish)}`),
    ...names.map((name) => setPassword(PASSWORD_LOGINS[name], passwords[name])),
    setPassword(DATABASE_SUPERUSER, access.password),
    ...DEDICATED_MEMBERSHIPS.map(([group, member]) => `grant ${quoteName(group)} to ${quoteName(member)}`),
    ...DEDICATED_RIGHTS.map(
      ([schema, name, right]) => `grant ${right.toLowerCase()} on schema ${quoteName(schema)} to ${quoteName(name)}`,
    ),
    ...more,
    ...extensionsSql(extensions),
    "commit",
    "",
  ].join(";\n");
}

/** SQL that prints what is there, as one JSON text. */
export function databaseFactsSql(): string {
  const list = (names: readonly string[]) => `array[${names.map(quoteText).join(", ")}]::name[]`;
  const rows = (all: readonly (readonly string[])[]) =>
    all.map((row) => `(${row.map((text) => `${quoteText(text)}::name`).join(", ")})`).join(", ");
  const pairs = `(values ${rows(DEDICATED_MEMBERSHIPS)}) as v (a, b)`;
  const triples = `(values ${rows(DEDICATED_RIGHTS)}) as v (a, b, c)`;
  const services = [...new Set(SERVICE_RIGHTS.map(([schema]: SchemaRight) => schema))];
  const exists = (name: string) => `exists (select from pg_roles where rolname = ${name})`;
  return `set search_path = pg_catalog, pg_temp;
select json_build_object(
  'roles', (select coalesce(json_object_agg(rolname, json_build_object('name', rolname, 'login', rolcanlogin,
      'superuser', rolsuper, 'createRole', rolcreaterole, 'createDatabase', rolcreatedb, 'replication', rolreplication,
      'bypassRls', rolbypassrls, 'inherit', rolinherit, 'connectionLimit', rolconnlimit)), '{}')
    from pg_roles where rolname = any (${list(DEDICATED_ROLES.map(({ name }) => name))})),
  'verifiers', (select coalesce(json_object_agg(rolname, rolpassword), '{}')
    from pg_authid where rolname = any (${list(Object.values(PASSWORD_LOGINS))})),
  'missingMemberships', (select coalesce(json_agg(json_build_array(a, b)), '[]') from ${pairs}
    where case when ${exists("a")} and ${exists("b")} then not pg_has_role(b, a, 'MEMBER') else true end),
  'missingRights', (select coalesce(json_agg(json_build_array(a, b, c)), '[]') from ${triples}
    where case when ${exists("b")} and exists (select from pg_namespace where nspname = a)
      then not has_schema_privilege(b, a, c::text) else true end),
  'extensions', (select coalesce(json_agg(extname), '[]') from pg_extension),
  'memberships', (select coalesce(json_agg(distinct jsonb_build_array(g.rolname, m.rolname)), '[]') from pg_auth_members a
    join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member),
  'powers', (select coalesce(json_object_agg(rolname, json_build_object('superuser', rolsuper,
      'replication', rolreplication, 'bypassRls', rolbypassrls)), '{}')
    from pg_roles where rolsuper or rolreplication or rolbypassrls),
  'rights', (select coalesce(json_agg(json_build_array(n.nspname, coalesce(r.rolname, ''), a.privilege_type)), '[]')
    from pg_namespace n, aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
    where n.nspname = any (${list(services)}) and a.grantor = n.nspowner and a.grantee <> n.nspowner),
  'settings', (select coalesce(json_agg(json_build_object('role', r.rolname, 'name', split_part(entry, '=', 1),
      'value', substr(entry, strpos(entry, '=') + 1), 'inDatabase', s.setdatabase <> 0, 'reserved', exists (
        select from pg_settings p where p.name = lower(split_part(entry, '=', 1)) and p.context in ('superuser', 'superuser-backend')))), '[]')
    from pg_db_role_setting s join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) entry
    where r.rolname = any (${list(Object.keys(DEDICATED_SETTINGS))})
      and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))),
  'generous', coalesce(current_setting('supautils.privileged_role', true), '') <> '');
`;
}
