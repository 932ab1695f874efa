/*
 * The script of an extension runs as superuser, with its own schema and the schemas of what it requires on its path. Whoever
 * can put objects there before it runs could have it call them. These queries find what would be in the way; they run as
 * superuser, in the transaction that creates the extensions.
 */

/** Query for one owner of something in schema `extensions` that no superuser made: columns `owner`. */
export const plantedSql = () => `select r.rolname::text as owner from (
    select pronamespace as schema, proowner as owner from pg_catalog.pg_proc
    union select relnamespace, relowner from pg_catalog.pg_class
    union select typnamespace, typowner from pg_catalog.pg_type
    union select oprnamespace, oprowner from pg_catalog.pg_operator
  ) o join pg_catalog.pg_roles r on r.oid = o.owner
  where o.schema = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'extensions') and not r.rolsuper limit 1`;

/**
 * Query for one extension that a wished one requires and that lies in another schema than `extensions`, where a tenant who
 * made a trusted one may own its surroundings: columns `wanted`, `needed`, `schema`.
 * @param wanted SQL of an array of names
 */
export const outsiderSql = (wanted: string) => `with recursive needed (wanted, name) as (
    select w.name, w.name from unnest(${wanted}) w (name)
      where not exists (select from pg_catalog.pg_extension e where e.extname = w.name)
    union
    select n.wanted, r.name from needed n
      join pg_catalog.pg_available_extensions a on a.name = n.name
      join pg_catalog.pg_available_extension_versions v on v.name = a.name and v.version = a.default_version
      cross join unnest(v.requires) r (name)
  )
  select n.wanted::text, n.name::text as needed, s.nspname::text as schema from needed n
    join pg_catalog.pg_extension e on e.extname = n.name join pg_catalog.pg_namespace s on s.oid = e.extnamespace
  where s.nspname not in ('extensions', 'pg_catalog') order by 1, 2 limit 1`;
