import { withSession } from "@supalove/components/provider/postgres.ts";
import { type ClusterAccess, type OperationError, type ProjectRef, tenantNames } from "@supalove/contracts";
import { DataMissing } from "./dataMissing.ts";

const DATABASE_MISSING: OperationError = {
  code: "database_missing",
  message: "The project's database is gone from its cluster, so nothing was done: a new one would be empty.",
  next_step: "Put it back from a backup under the same name, then repair; or delete the project.",
};

/** Whether a project's database is in its cluster. */
export function hasTenantDatabase(cluster: ClusterAccess, ref: ProjectRef): Promise<boolean> {
  const { database } = tenantNames(ref);
  return withSession(cluster, "postgres", async (session) => {
    const { rowCount } = await session.query("select from pg_database where datname = $1", [database]);
    return rowCount === 1;
  });
}

/** @throws DataMissing */
export async function requireTenantDatabase(cluster: ClusterAccess, ref: ProjectRef): Promise<void> {
  if (!(await hasTenantDatabase(cluster, ref))) throw new DataMissing(DATABASE_MISSING);
}
