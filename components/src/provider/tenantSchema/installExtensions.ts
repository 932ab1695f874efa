import type pg from "pg";
import { outsiderSql, plantedSql } from "../extensionTraps.ts";
import { ClusterError, quoteText } from "../postgres.ts";
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
  const { rows } = await session.query<{ owner: string }>(plantedSql());
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
  const { rows } = await session.query<Outsider>(outsiderSql(`array[${wanted.map(quoteText).join(", ")}]::name[]`));
  const [found] = rows;
  if (found === undefined) return;
  throw new ClusterError(
    `extension ${found.wanted} needs extension ${found.needed}, which lies in schema ${found.schema}: ` +
      `drop it there (drop extension "${found.needed}"), the platform then installs both`,
  );
}
