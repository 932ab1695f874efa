import { KeyGenerations as Generations, type KeyGenerations } from "@supalove/contracts";
import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { PLATFORM } from "../auth/caller.ts";
import type { Database, Transaction } from "../database/client.ts";
import { addOperation } from "../operations/addOperation.ts";
import { openOperations } from "../operations/openOperations.ts";

/** A project whose cut-over failed is left alone this long. */
const RETRY_MINUTES = 10;

interface Due {
  readonly ref: string;
  readonly name: string;
  readonly status: string;
  readonly keys: unknown;
}

/**
 * Ends the overlap of a project's keys once its time has come: the operation that takes the old generation out of the stack is
 * added, one project at a time. It does not wait for an idle queue, since the gateway refuses the old keys by then; what only
 * the operation ends is users' JWTs at a dedicated project's own port. A paused project follows when it is up again.
 * @returns the operation that was added, if any
 */
export async function queueCutOver(database: Database): Promise<string | undefined> {
  return database.$transaction(async (tx) => {
    const due = await nextDue(tx);
    if (due === undefined) return undefined;
    const { ref, name } = due;
    // Whatever runs or waits may be the end of the overlap itself; the next look finds what is left to do.
    if ((await tx.operation.count({ where: openOperations(ref) })) > 0) return undefined;
    const keys: KeyGenerations = { ...Generations.parse(due.keys), previous: null };
    return addOperation(tx, PLATFORM, ref, "up", `End the overlap of the keys of project "${name}"`, {
      creates: false,
      status_if_cancelled: ProjectStatus.parse(due.status),
      change: { keys },
    });
  });
}

/** Locked as a request would; one that somebody else holds comes with the next look. */
async function nextDue(tx: Transaction): Promise<Due | undefined> {
  const [due] = await tx.$queryRaw<Due[]>`
    select p.ref, p.name, p.status, p.key_generations as keys from projects p
    where p.deleted_at is null and p.status in ('ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY')
      and (p.key_generations #>> '{previous,until}')::bigint <= extract(epoch from now())
      and not exists (select from operations o where o.project_ref = p.ref and o.status in ('queued', 'running', 'interrupted'))
      and not exists (select from operations o where o.project_ref = p.ref and o.input #> '{change,keys}' is not null
        and o.actor = ${PLATFORM.actor} and o.status in ('failed', 'cancelled')
        and o.finished_at > now() - make_interval(mins => ${RETRY_MINUTES}::int))
    order by p.number limit 1 for update of p skip locked`;
  return due;
}
