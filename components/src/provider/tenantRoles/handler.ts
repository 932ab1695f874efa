import { ClusterAccess, ProjectRef, tenantNames } from "@supalove/contracts";
import { z } from "zod";
import { checkWith, diffKeys } from "../checks.ts";
import type { ResourceHandler, State } from "../handler.ts";
import { inTransaction, quoteName, withSession } from "../postgres.ts";
import { tenantRoles } from "./layout.ts";
import { changedPasswords, passwordsSql, TenantPasswords } from "./passwords.ts";
import { RoleLimits } from "./roleLimits.ts";
import { describeRoleDrift, readRoles, rolesSql } from "./rolesSql.ts";

const Inputs = z.object({ cluster: ClusterAccess, ref: ProjectRef, limits: RoleLimits, passwords: TenantPasswords });
type Inputs = z.infer<typeof Inputs>;
const RolesState = Inputs.extend({ drift: z.array(z.string()) });
type RolesState = z.infer<typeof RolesState>;

/** Roles belong to the whole cluster; this database is where the platform works on such things. */
const MAINTENANCE_DATABASE = "postgres";

async function apply(wished: Inputs): Promise<RolesState> {
  const names = tenantNames(wished.ref);
  const roles = tenantRoles(names, wished.limits);
  await withSession(wished.cluster, MAINTENANCE_DATABASE, async (session) => {
    const actual = await readRoles(
      session,
      roles.map((role) => role.name),
    );
    await inTransaction(session, [...rolesSql(roles, actual), ...passwordsSql(names, wished.passwords)]);
  });
  return { ...wished, drift: [] };
}

async function read(id: string, known: RolesState): Promise<State | undefined> {
  const { drift: _drift, ...inputs } = known;
  const names = tenantNames(known.ref);
  const roles = tenantRoles(names, known.limits);
  return withSession(known.cluster, MAINTENANCE_DATABASE, async (session) => {
    const actual = await readRoles(
      session,
      roles.map((role) => role.name),
    );
    if (actual.size === 0) return undefined;
    const changed = await changedPasswords(session, names, known.passwords);
    const drift = [
      ...describeRoleDrift(roles, actual),
      ...changed.map((role) => `role ${role}: another password than the project's`),
    ];
    return { id, outputs: { ...inputs, drift }, inputs };
  });
}

/**
 * `supalove:cluster:TenantRoles`: all roles of a tenant in one resource, because they stand or fall together and because
 * six resources of the PostgreSQL provider cost half a second in every create.
 */
export const tenantRolesHandler: ResourceHandler = {
  check: checkWith(Inputs),
  diff: diffKeys(["ref", "cluster", "limits", "passwords"], ["ref"]),
  create: async (inputs) => {
    const outputs = await apply(Inputs.parse(inputs));
    return { id: outputs.ref, outputs };
  },
  read: (id, outputs) => read(id, RolesState.parse(outputs)),
  update: async (_id, _outputs, inputs) => apply(Inputs.parse(inputs)),
  delete: async (_id, outputs) => {
    const { cluster, ref, limits } = RolesState.parse(outputs);
    // The database, dropped before, took with it everything they owned.
    const roles = tenantRoles(tenantNames(ref), limits).map((role) => quoteName(role.name));
    await withSession(cluster, MAINTENANCE_DATABASE, async (session) => {
      await session.query(`drop role if exists ${roles.join(", ")}`);
    });
  },
};
