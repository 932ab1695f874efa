import { withSession } from "@supalove/components/provider/postgres.ts";
import type { ClusterAccess } from "@supalove/contracts";
import type { Database } from "../database/client.ts";

/** Writes down what a cluster's image can install, so that the api can refuse a wish before anything is made. */
export async function readExtensions(database: Database, clusterId: string, access: ClusterAccess): Promise<void> {
  const names = await withSession(access, "postgres", async (session) => {
    const { rows } = await session.query<{ name: string }>(
      "select name::text from pg_available_extensions order by name",
    );
    return rows.map((row) => row.name);
  });
  await database.cluster.update({ where: { id: clusterId }, data: { extensions: names } });
}
