import { PLATFORM } from "../auth/caller.ts";
import type { Database } from "../database/client.ts";
import { startLook } from "./startLook.ts";

interface Due {
  readonly ref: string;
  readonly name: string;
}

/**
 * Starts the look of the project whose last one is longest ago, if it is due: one at a time and only while nothing else
 * waits, so that no person's operation stands behind it. Safe on several runners: the project's row is locked.
 * @param everyMs age of the last look, or of its failed attempt, from which on the next one is due
 * @returns the project's ref, undefined when none was due
 */
export async function scheduleLooks(database: Database, everyMs: number): Promise<string | undefined> {
  return database.$transaction(async (tx) => {
    const open = await tx.operation.count({ where: { status: { in: ["queued", "running", "interrupted"] } } });
    if (open > 0) return undefined;
    const [due] = await tx.$queryRaw<Due[]>`
      select p.ref, p.name from projects p
      cross join lateral (
        select greatest(
          (select l.checked_at from drift_looks l where l.project_ref = p.ref),
          (select max(o.created_at) from operations o where o.project_ref = p.ref and o.kind in ('refresh', 'up'))) as at
      ) last
      where p.deleted_at is null and p.status in ('ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY')
        and last.at < now() - make_interval(secs => ${everyMs / 1000}::float8)
      order by last.at limit 1 for update of p skip locked`;
    if (due === undefined) return undefined;
    await startLook(tx, PLATFORM, due);
    return due.ref;
  });
}
