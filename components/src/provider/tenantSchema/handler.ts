import { tenantNames } from "@supalove/contracts";
import type pg from "pg";
import { MIGRATIONS, type Migration, schemaVersion } from "../../tenantSql/index.ts";
import { catalogRevokes } from "../../tenantSql/platform/catalogRevokes.ts";
import { checkWith, diffKeys } from "../checks.ts";
import type { Properties, ResourceHandler, State } from "../handler.ts";
import { ClusterError, inTransaction, SQLSTATE, sqlState, withSession } from "../postgres.ts";
import { passwordsSql } from "../tenantRoles/passwords.ts";
import { describeMigrations, newestOf, pendingMigrations, readApplied, SETTLE_BOOK } from "./applied.ts";
import { createSql, roleSettingsSql } from "./createSql.ts";
import { actualFacts, describeDrift, expectedFacts } from "./facts.ts";
import { CheckedTenantSchema, TenantSchemaInputs, TenantSchemaState } from "./inputs.ts";
import { installExtensions } from "./installExtensions.ts";
import { runMigration } from "./migrate.ts";
import { removeTenant } from "./remove.ts";
import { databaseRepairSql, schemaRepairSql } from "./repair.ts";

const MAINTENANCE_DATABASE = "postgres";

/** Looks at everything, on a superuser session that reads system catalogs and the platform's own table only. */
async function observe(
  session: pg.Client,
  inputs: CheckedTenantSchema,
  migrations: readonly Migration[],
): Promise<TenantSchemaState> {
  const names = tenantNames(inputs.ref);
  const facts = await actualFacts(session, names, inputs.extensions);
  const applied = await readApplied(session);
  return {
    ...inputs,
    migrations: newestOf(applied),
    drift: [
      ...describeDrift(expectedFacts(names, inputs.cluster.username, inputs.extensions), facts),
      ...describeMigrations(applied, migrations),
    ],
  };
}

function mustBeClean(state: TenantSchemaState): TenantSchemaState {
  if (state.drift.length === 0) return state;
  throw new ClusterError(
    `database ${tenantNames(state.ref).database} is not as it should be:\n${state.drift.join("\n")}`,
  );
}

async function create(inputs: Properties, migrations: readonly Migration[]): Promise<State> {
  const wished = CheckedTenantSchema.parse(inputs);
  const names = tenantNames(wished.ref);
  const state = await withSession(wished.cluster, names.database, async (session) => {
    const taken = await session.query<{ ref: string }>("select ref from supalove.tenant");
    const holder = taken.rows[0]?.ref;
    if (holder !== undefined && holder !== wished.ref) {
      throw new ClusterError(`database ${names.database} belongs to another project`);
    }
    // A create that was cut off after its commit is found complete here; tenant code may exist by now.
    if (holder !== undefined) return undefined;
    await inTransaction(session, createSql(names, wished.ref, wished.extensions));
    return observe(session, wished, migrations);
  });
  return { id: wished.ref, outputs: mustBeClean(state ?? (await bringUp(wished, migrations))) };
}

/** Brings an existing tenant database to the wished state: roles first, then each part by its own login, then the rest. */
async function bringUp(wished: CheckedTenantSchema, migrations: readonly Migration[]): Promise<TenantSchemaState> {
  const names = tenantNames(wished.ref);
  const platform = wished.cluster.username;
  await withSession(wished.cluster, MAINTENANCE_DATABASE, async (session) =>
    inTransaction(session, [
      ...passwordsSql(names, wished.passwords),
      ...(await databaseRepairSql(session, names, platform)),
      ...roleSettingsSql(names),
    ]),
  );
  const pending = await withSession(wished.cluster, names.database, async (session) => {
    await inTransaction(session, [
      ...(await schemaRepairSql(session, names, platform)),
      catalogRevokes,
      ...SETTLE_BOOK,
    ]);
    await installExtensions(session, wished.extensions);
    return pendingMigrations(await readApplied(session), migrations);
  });
  for (const migration of pending) await runMigration(wished.cluster, names, wished.passwords, migration);
  return withSession(wished.cluster, names.database, async (session) => {
    await inTransaction(session, SETTLE_BOOK);
    return observe(session, wished, migrations);
  });
}

async function read(id: string, outputs: Properties, migrations: readonly Migration[]): Promise<State | undefined> {
  const known = TenantSchemaState.parse(outputs);
  try {
    const state = await withSession(known.cluster, tenantNames(known.ref).database, (session) =>
      observe(session, known, migrations),
    );
    const { migrations: _migrations, drift: _drift, ...inputs } = state;
    return { id, outputs: state, inputs };
  } catch (error) {
    if (sqlState(error) === SQLSTATE.unknownDatabase) return undefined;
    throw error;
  }
}

/** `supalove:cluster:TenantSchema` for a given history of the tenant schema. */
export function tenantSchemaHandlerOf(migrations: readonly Migration[]): ResourceHandler {
  return {
    check: checkWith(TenantSchemaInputs, () => ({ schemaVersion: schemaVersion(migrations) })),
    // Passwords are what migrations log in with, nothing that is in the database: setting them is the roles' own matter, and
    // whatever is done here has PostgREST look at the schema anew, which it could not with a password that has just ended.
    diff: diffKeys(["ref", "cluster", "extensions", "schemaVersion"], ["ref"]),
    create: (inputs) => create(inputs, migrations),
    read: (id, outputs) => read(id, outputs, migrations),
    update: async (_id, _outputs, inputs) => mustBeClean(await bringUp(CheckedTenantSchema.parse(inputs), migrations)),
    delete: async (_id, outputs) => {
      const { cluster, ref } = TenantSchemaState.parse(outputs);
      await removeTenant(cluster, tenantNames(ref));
    },
  };
}

/** `supalove:cluster:TenantSchema`: everything inside a tenant's database that no other resource kind covers. */
export const tenantSchemaHandler: ResourceHandler = tenantSchemaHandlerOf(MIGRATIONS);
