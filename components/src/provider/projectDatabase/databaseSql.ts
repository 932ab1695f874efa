import { quoteName, quoteText } from "../postgres.ts";
import { scramVerifier } from "../scram.ts";
import { DATABASE_SUPERUSER } from "./access.ts";
import { extensionsSql } from "./extensionsSql.ts";
import {
  DEDICATED_MEMBERSHIPS,
  DEDICATED_ROLES,
  DEDICATED_USAGE,
  PASSWORD_LOGINS,
  type PasswordName,
  type RoleWish,
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
  ].join(" ");

/**
 * SQL that makes a database what it should be, in one transaction; run again it changes nothing. Passwords go as verifiers,
 * which tell nobody the password.
 */
export function databaseSql({ access, extensions, passwords }: DatabaseWish): string {
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
    ...DEDICATED_USAGE.map(([schema, name]) => `grant usage on schema ${quoteName(schema)} to ${quoteName(name)}`),
    ...extensionsSql(extensions),
    "commit",
    "",
  ].join(";\n");
}

/** SQL that prints what is there, as one JSON text. */
export function databaseFactsSql(): string {
  const list = (names: readonly string[]) => `array[${names.map(quoteText).join(", ")}]::name[]`;
  const pairs = (rows: readonly (readonly [string, string])[]) =>
    `(values ${rows.map(([a, b]) => `(${quoteText(a)}::name, ${quoteText(b)}::name)`).join(", ")}) as v (a, b)`;
  const exists = (name: string) => `exists (select from pg_roles where rolname = ${name})`;
  return `set search_path = pg_catalog, pg_temp;
select json_build_object(
  'roles', (select coalesce(json_object_agg(rolname, json_build_object('name', rolname, 'login', rolcanlogin,
      'superuser', rolsuper, 'createRole', rolcreaterole, 'createDatabase', rolcreatedb, 'replication', rolreplication,
      'bypassRls', rolbypassrls, 'inherit', rolinherit)), '{}')
    from pg_roles where rolname = any (${list(DEDICATED_ROLES.map(({ name }) => name))})),
  'verifiers', (select coalesce(json_object_agg(rolname, rolpassword), '{}')
    from pg_authid where rolname = any (${list(Object.values(PASSWORD_LOGINS))})),
  'missingMemberships', (select coalesce(json_agg(json_build_array(a, b)), '[]') from ${pairs(DEDICATED_MEMBERSHIPS)}
    where case when ${exists("a")} and ${exists("b")} then not pg_has_role(b, a, 'MEMBER') else true end),
  'missingUsage', (select coalesce(json_agg(json_build_array(a, b)), '[]') from ${pairs(DEDICATED_USAGE)}
    where case when ${exists("b")} and exists (select from pg_namespace where nspname = a)
      then not has_schema_privilege(b, a, 'USAGE') else true end),
  'extensions', (select coalesce(json_agg(extname), '[]') from pg_extension));
`;
}
