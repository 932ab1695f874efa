import { quoteName } from "@supalove/components/provider/postgres.ts";
import { ProjectRef, type Size, tenantNames } from "@supalove/contracts";
import type pg from "pg";
import { databaseQuota, type QuotaState, quotaState } from "./planQuota.ts";

/** A database whose state was changed. */
export interface QuotaChange {
  readonly ref: string;
  readonly bytes: number;
  readonly state: QuotaState;
}

interface Row {
  readonly database: string;
  readonly bytes: string;
  readonly full: boolean;
  readonly closed: boolean;
}

/**
 * Measures each tenant database of a cluster and makes those that are over their quota refuse more data (see the guard
 * library of image `postgres`). Databases that no project stands behind are left alone.
 * @param session a superuser's, in database `postgres`
 * @param sizes of the projects in this cluster that are not being removed
 */
export async function enforceQuota(session: pg.Client, sizes: ReadonlyMap<string, Size>): Promise<QuotaChange[]> {
  const { rows } = await session.query<Row>(
    `select d.datname::text as database, pg_database_size(d.oid)::text as bytes, d.datconnlimit = 0 as closed,
       coalesce(s.setconfig @> '{supalove_guard.over_quota=on}', false) as full
     from pg_database d left join pg_db_role_setting s on s.setdatabase = d.oid and s.setrole = 0
     where d.datname ~ '^db_[a-z]{20}$'`,
  );
  const changes: QuotaChange[] = [];
  for (const { database, bytes, full, closed } of rows) {
    const ref = database.slice("db_".length);
    const size = sizes.get(ref);
    if (size === undefined) continue;
    const current = closed ? "closed" : full ? "full" : "open";
    const state = quotaState(Number(bytes), databaseQuota(size), current);
    if (state === current) continue;
    await setState(session, tenantNames(ProjectRef.parse(ref)).database, state);
    changes.push({ ref, bytes: Number(bytes), state });
  }
  return changes;
}

/** Tenants' sessions that are open take the new state only by ending; the platform's own go on. */
async function setState(session: pg.Client, database: string, state: QuotaState): Promise<void> {
  const name = quoteName(database);
  const setting = state === "open" ? "reset supalove_guard.over_quota" : "set supalove_guard.over_quota = on";
  await session.query(
    `alter database ${name} ${setting}; alter database ${name} connection limit ${state === "closed" ? 0 : -1}`,
  );
  await session.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename <> current_user",
    [database],
  );
}
