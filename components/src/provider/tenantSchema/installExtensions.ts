import type pg from "pg";
import { ClusterError } from "../postgres.ts";
import { extensionsSql } from "./createSql.ts";

interface Outsider {
  readonly wanted: string;
  readonly needed: string;
  readonly schema: string;
}

/**
 * Creates what is missing of the wished extensions in a database that has a tenant.
 * @throws ClusterError where one would meet a tenant's objects
 */
export async function installExtensions(session: pg.Client, wished: readonly string[]): Promise<void> {
  const statements = extensionsSql(wished);
  if (statements.length === 0) return;
  await session.query("begin");
  try {
    await refuseForeignHosts(session, wished);
    await refusePlanted(session);
    await session.query([...statements, "commit"].join(";\n"));
  } catch (error) {
    await session.query("rollback").catch(() => undefined);
    throw error;
  }
}

/**
 * Refuses to create an extension where somebody else than the platform left something in schema `extensions`: that is
 * on its script's path.
 */
async function refusePlanted(session: pg.Client): Promise<void> {
  const { rows } = await session.query<{ owner: string }>(
    `select r.rolname::text as owner from (
       select pronamespace as schema, proowner as owner from pg_proc
       union select relnamespace, relowner from pg_class
       union select typnamespace, typowner from pg_type
       union select oprnamespace, oprowner from pg_operator
     ) o join pg_roles r on r.oid = o.owner
     where o.schema = (select n.oid from pg_namespace n where n.nspname = 'extensions') and not r.rolsuper limit 1`,
  );
  const [found] = rows;
  if (found === undefined) return;
  throw new ClusterError(`role ${found.owner} owns objects in schema extensions: remove them before adding extensions`);
}

/**
 * Refuses to create an extension while one that it requires lies in another schema than `extensions`. The script of an
 * extension runs as superuser with the schemas of what it requires on its path: a tenant who made a trusted one in a
 * schema of its own could plant there what that script then calls.
 * @param session a superuser's, inside the transaction that creates them: nobody can move one until it ends
 * @throws ClusterError
 */
async function refuseForeignHosts(session: pg.Client, wanted: readonly string[]): Promise<void> {
  await session.query("lock table pg_catalog.pg_extension in share row exclusive mode");
  const { rows } = await session.query<Outsider>(
    `with recursive needed (wanted, name) as (
       select w.name, w.name from unnest($1::name[]) w (name)
         where not exists (select from pg_extension e where e.extname = w.name)
       union
       select n.wanted, r.name from needed n
         join pg_available_extensions a on a.name = n.name
         join pg_available_extension_versions v on v.name = a.name and v.version = a.default_version
         cross join unnest(v.requires) r (name)
     )
     select n.wanted::text, n.name::text as needed, s.nspname::text as schema from needed n
       join pg_extension e on e.extname = n.name join pg_namespace s on s.oid = e.extnamespace
     where s.nspname not in ('extensions', 'pg_catalog') order by 1, 2 limit 1`,
    [[...wanted]],
  );
  const [found] = rows;
  if (found === undefined) return;
  throw new ClusterError(
    `extension ${found.wanted} needs extension ${found.needed}, which lies in schema ${found.schema}: ` +
      `drop it there (drop extension "${found.needed}"), the platform then installs both`,
  );
}
