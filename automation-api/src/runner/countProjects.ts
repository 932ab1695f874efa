import type { Database } from "../database/client.ts";
import type { ProjectCount } from "./metrics.ts";

/** Counts the projects that are not deleted, by plan and status. */
export const countProjects = (database: Database) => async (): Promise<ProjectCount[]> => {
  const groups = await database.project.groupBy({
    by: ["plan", "status"],
    where: { deletedAt: null },
    _count: { _all: true },
  });
  return groups.map(({ plan, status, _count }) => ({ plan, status, count: _count._all }));
};
