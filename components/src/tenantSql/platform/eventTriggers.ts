import {
  adviceText,
  FORBIDDEN_EXTENSIONS,
  PLATFORM_EXTENSIONS,
  UNLISTED_ADVICE,
} from "@supalove/contracts/api/index.ts";
import { SCHEMA_WATCH_FUNCTIONS, SCHEMA_WATCH_TRIGGERS } from "./schemaWatch.ts";

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The lists of the API, as SQL. */
const FORBIDDEN = Object.entries(FORBIDDEN_EXTENSIONS)
  .map(([name, advice]) => `(${text(name)}, ${text(adviceText(advice))})`)
  .join(",\n      ");
const OFFERED = [...PLATFORM_EXTENSIONS].map(text).join(", ");

/**
 * Event triggers of a tenant database. They run as whoever issued the command, the platform's superuser included, so
 * their search path is empty: no function or operator of a tenant can stand in for a built-in one.
 *
 * The first two tell PostgREST to read its schema again. The third answers a CREATE EXTENSION that can't succeed with
 * what to do instead; it looks at the command's text because the event carries no name before the command ran.
 */
export const eventTriggers = /* sql */ `
${SCHEMA_WATCH_FUNCTIONS}

create function extensions.extension_advice() returns event_trigger language plpgsql set search_path = '' as $$
declare
  command text := regexp_replace(current_query(), '--[^\\n]*|/\\*.*?\\*/', ' ', 'g');
  wanted text;
  advice text;
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
    select said.hint into advice from (values
      ${FORBIDDEN}
    ) as said (name, hint) where said.name = wanted;
    if advice is not null then
      raise exception 'extension "%" is not available on the shared plan', wanted
        using errcode = 'feature_not_supported', hint = advice;
    end if;
    if not exists (select from pg_catalog.pg_available_extensions as a where a.name = wanted) then
      raise exception 'extension "%" is not available', wanted
        using errcode = 'feature_not_supported',
          hint = 'pg_available_extensions lists what the server has, docs/compatibility.md what a project may have.';
    end if;
    if not exists (
      select from pg_catalog.pg_available_extension_versions as v where v.name = wanted and v.trusted
    ) and not (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user) then
      if wanted in (${OFFERED}) then
        raise exception 'extension "%" is installed by the platform only', wanted
          using errcode = 'insufficient_privilege',
            hint = pg_catalog.format('Add it to the project''s extensions: PATCH /v1/projects/<ref> {"extensions": [%s]}.',
              pg_catalog.to_json(wanted));
      end if;
      raise exception 'extension "%" is not available on the shared plan', wanted
        using errcode = 'insufficient_privilege', hint = ${text(UNLISTED_ADVICE)};
    end if;
  end loop;
end
$$;

${SCHEMA_WATCH_TRIGGERS}
create event trigger extension_advice on ddl_command_start when tag in ('CREATE EXTENSION')
  execute function extensions.extension_advice();
`;
