import { setTimeout as sleep } from "node:timers/promises";
import { quoteName, withSession } from "@supalove/components/provider/postgres.ts";
import { type ClusterAccess, ProjectRef, tenantNames } from "@supalove/contracts";

/** A login that was on its way in when the door closed is seen after this time. */
const LOOK_AGAIN_MS = 100;
const LOOKS = 50;

/**
 * Lets no login of a project into its database any more and ends those inside; the gateway's and direct ones alike. The
 * guard library of image `postgres` reads the setting at each login. It is no part of the project's stack, so it is no
 * drift. Safe to do again.
 */
export async function closeLogins(cluster: ClusterAccess, ref: string): Promise<void> {
  const { database } = tenantNames(ProjectRef.parse(ref));
  await withSession(cluster, "postgres", async (session) => {
    await session.query(`alter database ${quoteName(database)} set supalove_guard.paused = on`);
    for (let look = 0; look < LOOKS; look += 1) {
      const { rowCount } = await session.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename <> current_user",
        [database],
      );
      if (rowCount === 0 && look > 0) return;
      await sleep(LOOK_AGAIN_MS);
    }
    throw new Error(`sessions of ${database} did not end`);
  });
}

/** Takes it back. Does nothing where the logins are open. */
export async function openLogins(cluster: ClusterAccess, ref: string): Promise<void> {
  const { database } = tenantNames(ProjectRef.parse(ref));
  await withSession(cluster, "postgres", (session) =>
    session.query(`alter database ${quoteName(database)} reset supalove_guard.paused`),
  );
}

/** A project's door, as the runner opens and closes it. */
export interface TenantLogins {
  readonly close: (cluster: ClusterAccess, ref: string) => Promise<void>;
  readonly open: (cluster: ClusterAccess, ref: string) => Promise<void>;
}

export const tenantLogins: TenantLogins = { close: closeLogins, open: openLogins };
