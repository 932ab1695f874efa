import { ClusterAccess } from "@supalove/contracts";
import type pg from "pg";
import { z } from "zod";
import { MIGRATIONS, type Migration, type SchemaPart, schemaVersion, templateName } from "../../tenantSql/index.ts";
import { checkWith, diffKeys } from "../checks.ts";
import { guardFault, requireGuard } from "../guard.ts";
import type { Properties, ResourceHandler, State } from "../handler.ts";
import { quoteName, quoteText, withSession } from "../postgres.ts";
import { TEMPLATE_OWNERS } from "../tenantSchema/layout.ts";
import { recordAllSql } from "../tenantSchema/migrate.ts";

const Inputs = z.object({ cluster: ClusterAccess });
const CheckedInputs = Inputs.extend({ schemaVersion: z.string() });
const TemplateState = CheckedInputs.extend({ database: z.string(), drift: z.array(z.string()) });
type TemplateState = z.infer<typeof TemplateState>;

/** One lock in the whole cluster, so that two programs never make a template at once. Any number would do. */
const TEMPLATE_LOCK = 7_203_114_901;

/** Databases that no tenant may enter, whatever the cluster's makers left open. */
const CLOSED_DATABASES = ["postgres", "template1"] as const;

const ownerOf = (part: SchemaPart) => (part === "platform" ? undefined : TEMPLATE_OWNERS[part]);

function stepSql(migration: Migration): string[] {
  const owner = ownerOf(migration.schema);
  if (owner === undefined) return [migration.sql];
  return [`set local role ${quoteName(owner)}`, migration.sql, "reset role"];
}

async function exists(session: pg.Client, database: string): Promise<boolean> {
  const found = await session.query("select from pg_database where datname = $1", [database]);
  return found.rowCount === 1;
}

/**
 * Makes the template beside whatever is there. It gets its final name as the last step, so a template of that name is
 * always a complete one; what an earlier, cut-off attempt left is removed first.
 */
async function ensureTemplate(cluster: ClusterAccess): Promise<string> {
  const name = templateName();
  const draft = `${name}_draft`;
  await withSession(cluster, "postgres", async (session) => {
    await requireGuard(session);
    await session.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    for (const database of CLOSED_DATABASES) {
      await session.query(`revoke all on database ${quoteName(database)} from public`);
    }
    // Where a monitor looks at the cluster's figures.
    await session.query("grant connect on database postgres to pg_monitor");
    if (await exists(session, name)) return;
    await session.query(`drop database if exists ${quoteName(draft)} with (force)`);
    await session.query(`create database ${quoteName(draft)} template template0`);
    await session.query(`revoke all on database ${quoteName(draft)} from public`);
    await withSession(cluster, draft, async (inside) => {
      const steps = MIGRATIONS.flatMap(stepSql);
      await inside.query(["begin", ...steps, ...recordAllSql(MIGRATIONS), "commit"].join(";\n"));
      await inside.query("vacuum (freeze, analyze)");
    });
    await session.query(`alter database ${quoteName(draft)} allow_connections false`);
    await session.query(`alter database ${quoteName(draft)} rename to ${quoteName(name)}`);
  });
  return name;
}

async function observe(
  known: z.infer<typeof CheckedInputs> & { database: string },
): Promise<TemplateState | undefined> {
  return withSession(known.cluster, "postgres", async (session) => {
    const closed = CLOSED_DATABASES.map(quoteText).join(", ");
    const found = await session.query<{ datallowconn: boolean; open: string[] }>(
      `select datallowconn, array(
         select d.datname::text from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
         where a.grantee = 0 and d.datname in (${closed}) group by 1 order by 1) as open
       from pg_database where datname = $1`,
      [known.database],
    );
    const row = found.rows[0];
    if (row === undefined) return undefined;
    const drift = row.open.map((name) => `database ${name}: open to everybody, should be closed`);
    const fault = await guardFault(session);
    if (fault !== undefined) drift.push(`the cluster keeps its tenants apart: no, ${fault}`);
    if (row.datallowconn) drift.push("connections to the template: allowed, should be refused");
    return { ...known, drift };
  });
}

async function apply(inputs: Properties): Promise<TemplateState> {
  const checked = CheckedInputs.parse(inputs);
  const database = await ensureTemplate(checked.cluster);
  await withSession(checked.cluster, "postgres", (session) =>
    session.query(`alter database ${quoteName(database)} allow_connections false`),
  );
  return { ...checked, database, drift: [] };
}

/**
 * `supalove:cluster:TenantTemplate`: the database that new tenants are copies of. A new version of the schema makes a new
 * template beside the old one, which stays: a program of the older version may still be creating projects from it.
 */
export const tenantTemplateHandler: ResourceHandler = {
  check: checkWith(Inputs, () => ({ schemaVersion: schemaVersion() })),
  diff: diffKeys(["cluster", "schemaVersion"]),
  create: async (inputs): Promise<State> => {
    const state = await apply(inputs);
    return { id: state.database, outputs: state };
  },
  read: async (id, outputs) => {
    const known = TemplateState.parse(outputs);
    const state = await observe(known);
    return state && { id, outputs: state, inputs: { cluster: known.cluster, schemaVersion: known.schemaVersion } };
  },
  update: async (_id, _outputs, inputs) => apply(inputs),
  delete: async (_id, outputs) => {
    const { cluster, database } = TemplateState.parse(outputs);
    await withSession(cluster, "postgres", async (session) => {
      await session.query(`drop database if exists ${quoteName(database)} with (force)`);
    });
  },
};
