import type { Logger } from "pino";
import type { Database } from "../database/client.ts";

/** A job that a worker locked this long ago without beginning its operation is a dead worker's. */
const CLAIM_GRACE_SECONDS = 30;

/**
 * A job that is still there this long after its operation ended is a worker's that was killed in between; it would keep
 * its project's whole queue.
 */
const END_GRACE_SECONDS = 5;

/**
 * Makes work go on that somebody else has dropped. Marks operations whose lease has expired, frees their jobs, and sees
 * that everything that waits has a job that may run now. Safe on several runners at once.
 * @returns how many operations were marked
 */
export async function reap(database: Database, logger: Logger): Promise<number> {
  const interrupted = await markInterrupted(database);
  for (const id of interrupted) logger.warn({ operation: id }, "lease expired: operation interrupted");
  await unlockJobs(database);
  await wakeJobs(database);
  await addMissingJobs(database);
  return interrupted.length;
}

async function markInterrupted(database: Database): Promise<string[]> {
  const rows = await database.$queryRaw<{ id: string }[]>`
    with expired as (
      update operations set status = 'interrupted', lease_until = null
      where status = 'running' and lease_until < now() returning id)
    insert into operation_events (operation_id, seq, event)
    select id, 1 + (select coalesce(max(seq), 0) from operation_events e where e.operation_id = expired.id),
      '{"type": "status", "status": "interrupted"}'
    from expired returning operation_id as id`;
  return rows.map(({ id }) => id);
}

/** The queue itself would wait four hours for a worker that is gone. */
async function unlockJobs(database: Database): Promise<void> {
  await database.$executeRaw`
    select graphile_worker.force_unlock_workers(array(
      select j.locked_by from graphile_worker._private_jobs j join operations o on o.id = j.key
      where j.locked_by is not null and (
        (o.status = 'interrupted' and j.locked_by = o.worker)
        or (o.status in ('queued', 'interrupted') and j.locked_at < now() - make_interval(secs => ${CLAIM_GRACE_SECONDS}::float8))
        or o.finished_at < now() - make_interval(secs => ${END_GRACE_SECONDS}::float8))))`;
}

/** Jobs that failed wait longer each time; what they wait for may be over. */
async function wakeJobs(database: Database): Promise<void> {
  await database.$executeRaw`
    select graphile_worker.reschedule_jobs(ids, run_at => now(), attempts => 0) from (
      select array_agg(j.id) as ids from graphile_worker._private_jobs j join operations o on o.id = j.key
      where j.locked_by is null and o.status in ('queued', 'interrupted')
        and (j.run_at > now() or j.attempts >= j.max_attempts)) waiting
    where ids is not null`;
}

/** After the queue was lost, as in a control database that was restored without it. */
async function addMissingJobs(database: Database): Promise<void> {
  await database.$executeRaw`
    select graphile_worker.add_job('run_operation', json_build_object('operation_id', o.id), 'project:' || o.project_ref, job_key => o.id)
    from (select id, project_ref from operations where status in ('queued', 'interrupted') order by number) o
    where not exists (select from graphile_worker._private_jobs j where j.key = o.id)`;
}
