import { tenantNames } from "@supalove/contracts";
import type pg from "pg";
import { MIGRATIONS, schemaVersion } from "../../tenantSql/index.ts";
import { catalogRevokes } from "../../tenantSql/platform/catalogRevokes.ts";
import { checkWith, diffKeys } from "../checks.ts";
import type { Properties, ResourceHandler, State } from "../handler.ts";
import { ClusterError, inTransaction, SQLSTATE, sqlState, withSession } from "../postgres.ts";
import { passwordsSql } from "../tenantRoles/passwords.ts";
import { describeMigrations, newestOf, pendingMigrations, readApplied, SETTLE_BOOK } from "./applied.ts";
import { createSql, databaseRightsSql, platformRightsSql, roleSettingsSql, schemaOwnersSql } from "./createSql.ts";
import { actualFacts, describeDrift, expectedFacts } from "./facts.ts";
import { CheckedTenantSchema, TenantSchemaInputs, TenantSchemaState } from "./inputs.ts";
import { installExtensions } from "./installExtensions.ts";
import { runMigration } from "./migrate.ts";
import { removeTenant } from "./remove.ts";

const MAINTENANCE_DATABASE = "postgres";

/** Looks at everything, on a superuser session that reads system catalogs and the platform's own table only. */
async function observe(session: pg.Client, inputs: CheckedTenantSchema): Promise<TenantSchemaState> {
  const names = tenantNames(inputs.ref);
  const facts = await actualFacts(session, names, inputs.extensions);
  const applied = await readApplied(session);
  return {
    ...inputs,
    migrations: newestOf(applied),
    drift: [
      ...describeDrift(expectedFacts(names, inputs.cluster.username, inputs.extensions), facts),
      ...describeMigrations(applied),
    ],
  };
}

function mustBeClean(state: TenantSchemaState): TenantSchemaState {
  if (state.drift.length === 0) return state;
  throw new ClusterError(
    `database ${tenantNames(state.ref).database} is not as it should be:\n${state.drift.join("\n")}`,
  );
}

async function create(inputs: Properties): Promise<State> {
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
    return observe(session, wished);
  });
  return { id: wished.ref, outputs: mustBeClean(state ?? (await bringUp(wished))) };
}

/** Brings an existing tenant database to the wished state: roles first, then each part by its own login, then the rest. */
async function bringUp(wished: CheckedTenantSchema): Promise<TenantSchemaState> {
  const names = tenantNames(wished.ref);
  await withSession(wished.cluster, MAINTENANCE_DATABASE, (session) =>
    inTransaction(session, [
      ...passwordsSql(names, wished.passwords),
      ...databaseRightsSql(names),
      ...roleSettingsSql(names),
    ]),
  );
  const pending = await withSession(wished.cluster, names.database, async (session) => {
    await inTransaction(session, [
      ...platformRightsSql(names),
      ...schemaOwnersSql(names),
      catalogRevokes,
      ...SETTLE_BOOK,
    ]);
    await installExtensions(session, wished.extensions);
    return pendingMigrations(await readApplied(session), MIGRATIONS);
  });
  for (const migration of pending) await runMigration(wished.cluster, names, wished.passwords, migration);
  return withSession(wished.cluster, names.database, async (session) => {
    await inTransaction(session, SETTLE_BOOK);
    return observe(session, wished);
  });
}

async function read(id: string, outputs: Properties): Promise<State | undefined> {
  const known = TenantSchemaState.parse(outputs);
  try {
    const state = await withSession(known.cluster, tenantNames(known.ref).database, (session) =>
      observe(session, known),
    );
    const { migrations: _migrations, drift: _drift, ...inputs } = state;
    return { id, outputs: state, inputs };
  } catch (error) {
    if (sqlState(error) === SQLSTATE.unknownDatabase) return undefined;
    throw error;
  }
}

/** `supalove:cluster:TenantSchema`: everything inside a tenant's database that no other resource kind covers. */
export const tenantSchemaHandler: ResourceHandler = {
  check: checkWith(TenantSchemaInputs, () => ({ schemaVersion: schemaVersion() })),
  diff: diffKeys(["ref", "cluster", "extensions", "passwords", "schemaVersion"], ["ref"]),
  create,
  read,
  update: async (_id, _outputs, inputs) => mustBeClean(await bringUp(CheckedTenantSchema.parse(inputs))),
  delete: async (_id, outputs) => {
    const { cluster, ref } = TenantSchemaState.parse(outputs);
    await removeTenant(cluster, tenantNames(ref));
  },
};
