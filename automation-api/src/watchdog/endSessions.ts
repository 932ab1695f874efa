import type pg from "pg";
import type { Ending } from "./planEndings.ts";

/**
 * Ends sessions, each only while it is still the one that was looked at. Materialized: else the planner may call the
 * function on every session of the cluster before it joins.
 * @returns those that were ended
 */
export async function endSessions(session: pg.Client, endings: readonly Ending[]): Promise<Ending[]> {
  if (endings.length === 0) return [];
  const { rows } = await session.query<{ pid: number }>(
    `with due as materialized (
       select a.pid from pg_stat_activity a join unnest($1::int[], $2::text[]) as named (pid, started)
         on named.pid = a.pid and named.started = a.backend_start::text)
     select pid from due where pg_terminate_backend(pid)`,
    [endings.map(({ session: { pid } }) => pid), endings.map(({ session: { startedAt } }) => startedAt)],
  );
  const ended = new Set(rows.map(({ pid }) => pid));
  return endings.filter(({ session: { pid } }) => ended.has(pid));
}
