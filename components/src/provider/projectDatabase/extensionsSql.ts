import { outsiderSql, plantedSql } from "../extensionTraps.ts";
import { quoteName, quoteText } from "../postgres.ts";

/**
 * Statements that create what is missing of the wished extensions, as superuser, inside a transaction. They stop with a
 * sentence where a script would meet objects of the tenant, who may make some in schema `extensions`.
 */
export function extensionsSql(wished: readonly string[]): string[] {
  if (wished.length === 0) return [];
  const names = `array[${wished.map(quoteText).join(", ")}]::name[]`;
  return [
    // Nobody moves one until this transaction ends.
    "lock table pg_catalog.pg_extension in share row exclusive mode",
    trapsSql(names),
    ...wished.map((name) => {
      // Some insist on a schema of their own, as pg_cron does.
      const place = `coalesce((select schema from pg_catalog.pg_available_extension_versions where name = ${quoteText(name)} limit 1), 'extensions')`;
      const make = `create extension if not exists ${quoteName(name)} schema %I cascade`;
      return `do $$ begin execute pg_catalog.format(${quoteText(make)}, ${place}); end $$`;
    }),
  ];
}

const trapsSql = (names: string) => `do $$ declare planted record; outsider record; begin
  if not exists (select from unnest(${names}) w (name)
    where not exists (select from pg_catalog.pg_extension e where e.extname = w.name)) then return; end if;
  for planted in ${plantedSql()} loop
    raise exception 'role % owns objects in schema extensions: remove them before adding extensions', planted.owner;
  end loop;
  for outsider in ${outsiderSql(names)} loop
    raise exception 'extension % needs extension %, which lies in schema %: drop it there, the platform then installs both',
      outsider.wanted, outsider.needed, outsider.schema;
  end loop;
end $$`;
