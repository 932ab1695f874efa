import { Size } from "@supalove/contracts";
import type { Database } from "../database/client.ts";

/** Sizes of the projects that live in a cluster, by ref; those on their way out are left alone. */
export async function projectSizes(database: Database, clusterId: string): Promise<ReadonlyMap<string, Size>> {
  const rows = await database.project.findMany({
    where: { clusterId, deletedAt: null, status: { notIn: ["GOING_DOWN", "COMING_UP", "INIT_FAILED"] } },
    select: { ref: true, size: true },
  });
  return new Map(rows.map(({ ref, size }) => [ref, Size.parse(size)]));
}
