/** Extensions that every tenant database starts with, all in schema `extensions`. */
export const TEMPLATE_EXTENSIONS = [
  "uuid-ossp",
  "pgcrypto",
  "pg_trgm",
  "unaccent",
  "citext",
  "vector",
  "pgjwt",
] as const;

/**
 * The schemas of a tenant database and the extensions in it. `extensions` belongs to the platform and gives no CREATE:
 * an extension's script runs as superuser, and must not find a tenant's objects on its path.
 */
export const schemasAndExtensions = /* sql */ `
alter schema public owner to supalove_template_owner;
revoke all on schema public from public;
grant usage on schema public to public, anon, authenticated, service_role;

create schema extensions;
grant usage on schema extensions to public, anon, authenticated, service_role;
create schema graphql_public authorization supalove_template_owner;
grant usage on schema graphql_public to anon, authenticated, service_role;
create schema auth authorization supalove_template_auth;
create schema storage authorization supalove_template_storage;
create schema realtime authorization supalove_template_realtime;

${TEMPLATE_EXTENSIONS.map((name) => `create extension "${name}" with schema extensions;`).join("\n")}

create publication supabase_realtime with (publish = 'insert, update, delete, truncate');
alter publication supabase_realtime owner to supalove_template_owner;
`;
