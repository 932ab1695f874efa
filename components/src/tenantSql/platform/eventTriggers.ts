/**
 * Event triggers of a tenant database. They run as whoever issued the command, the platform's superuser included, so
 * their search path is empty: no function or operator of a tenant can stand in for a built-in one.
 *
 * The first two tell PostgREST to read its schema again. The third answers a CREATE EXTENSION that can't succeed with
 * what to do instead; it looks at the command's text because the event carries no name before the command ran.
 */
export const eventTriggers = /* sql */ `
create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from pg_event_trigger_ddl_commands() as command
    where command.schema_name is distinct from 'pg_temp'
      and command.command_tag in (
        'CREATE SCHEMA', 'ALTER SCHEMA',
        'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE',
        'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
        'CREATE VIEW', 'ALTER VIEW', 'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW',
        'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE PROCEDURE', 'ALTER PROCEDURE',
        'CREATE TRIGGER', 'CREATE TYPE', 'ALTER TYPE', 'CREATE DOMAIN', 'CREATE RULE', 'COMMENT', 'GRANT', 'REVOKE'
      )
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

create function extensions.pgrst_drop_watch() returns event_trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from pg_event_trigger_dropped_objects() as dropped
    where not dropped.is_temporary
      and dropped.object_type in (
        'schema', 'table', 'foreign table', 'view', 'materialized view', 'function', 'procedure', 'trigger', 'type',
        'domain', 'rule'
      )
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

create function extensions.extension_advice() returns event_trigger language plpgsql set search_path = '' as $$
declare
  command text := regexp_replace(current_query(), '--[^\\n]*|/\\*.*?\\*/', ' ', 'g');
  wanted text;
begin
  for wanted in
    select lower(coalesce(hit[1], hit[2]))
    from regexp_matches(
      command,
      'create\\s+extension\\s+(?:if\\s+not\\s+exists\\s+)?(?:"([^"]+)"|([a-z_][a-z0-9_]*))',
      'gi'
    ) as hit
  loop
    if exists (select from pg_catalog.pg_extension as e where e.extname = wanted) then
      continue;
    end if;
    case wanted
      when 'pg_net' then
        raise exception 'extension "pg_net" is not available on the shared plan'
          using errcode = 'feature_not_supported',
            hint = 'Call HTTP services from an Edge Function or from your backend, or move the project to the dedicated plan.';
      when 'pg_cron' then
        raise exception 'extension "pg_cron" is not available on the shared plan'
          using errcode = 'feature_not_supported',
            hint = 'Its jobs would be shared by all projects of the cluster. Schedule from outside, or move the project to the dedicated plan.';
      when 'pg_graphql' then
        raise exception 'extension "pg_graphql" is not available with this image set'
          using errcode = 'feature_not_supported',
            hint = 'Use the REST API (/rest/v1), or run the platform with the upstream image set.';
      when 'supabase_vault', 'pgsodium' then
        raise exception 'extension "%" is not available on the shared plan', wanted
          using errcode = 'feature_not_supported',
            hint = 'Keep secrets in the environment of your functions or backend.';
      else
        if not exists (select from pg_catalog.pg_available_extensions as a where a.name = wanted) then
          raise exception 'extension "%" is not available', wanted
            using errcode = 'feature_not_supported',
              hint = 'The list of extensions is in docs/compatibility.md and in pg_available_extensions.';
        end if;
        if not exists (
          select from pg_catalog.pg_available_extension_versions as v where v.name = wanted and v.trusted
        ) and not (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user) then
          raise exception 'extension "%" is installed by the platform only', wanted
            using errcode = 'insufficient_privilege',
              hint = format('Add it to the project''s desired state: PATCH /v1/projects/<ref> {"extensions": [%s]}.', to_json(wanted));
        end if;
    end case;
  end loop;
end
$$;

create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_drop_watch();
create event trigger extension_advice on ddl_command_start when tag in ('CREATE EXTENSION')
  execute function extensions.extension_advice();
`;
