import { PLATFORM } from "../auth/caller.ts";
import type { Database, Transaction } from "../database/client.ts";
import { addOperation } from "../operations/addOperation.ts";
import { openOperations } from "../operations/openOperations.ts";

/** A project whose upgrade failed is left alone this long. */
const RETRY_HOURS = 6;
/** Any number nobody else uses for an advisory lock: of several runners, one at a time looks. */
const LOCK = 7_261_984_116;

/**
 * Brings projects to this version of the tenant schema after the platform was upgraded, one after another: a project is
 * taken only while nobody waits for anything, so that upgrades never stand before what people asked for. Paused projects
 * follow when they are up again.
 * @param version of the tenant schema that this program makes
 * @returns the operation that was added, if any
 */
export async function queueUpgrade(database: Database, version: string): Promise<string | undefined> {
  return database.$transaction(async (tx) => {
    const [lock] = await tx.$queryRaw<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(${LOCK}::bigint) as mine`;
    if (lock?.mine !== true || (await isBusy(tx))) return undefined;
    const ref = await nextOutdated(tx, version);
    if (ref === undefined) return undefined;
    // Locked as a request would, and looked at again: somebody may have asked for something since.
    await tx.$queryRaw`select 1 from projects where ref = ${ref} for update`;
    if ((await tx.operation.count({ where: openOperations(ref) })) > 0) return undefined;
    const { name } = await tx.project.findUniqueOrThrow({ where: { ref }, select: { name: true } });
    return addOperation(tx, PLATFORM, ref, "up", `Upgrade the schema of project "${name}"`, {
      creates: false,
      upgrade_to: version,
    });
  });
}

/** Something waits, or an upgrade is under way. */
async function isBusy(tx: Transaction): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ busy: boolean }[]>`
    select exists (select from operations where status in ('queued', 'interrupted')
      or (status = 'running' and input ? 'upgrade_to')) as busy`;
  return found?.busy === true;
}

async function nextOutdated(tx: Transaction, version: string): Promise<string | undefined> {
  const [found] = await tx.$queryRaw<{ ref: string }[]>`
    select p.ref from projects p
    where p.deleted_at is null and p.status in ('ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY')
      and p.schema_version <> ${version}
      and not exists (select from operations o where o.project_ref = p.ref and o.status in ('queued', 'running', 'interrupted'))
      and not exists (select from operations o where o.project_ref = p.ref and o.input ->> 'upgrade_to' = ${version}
        and o.status in ('failed', 'cancelled') and o.finished_at > now() - make_interval(hours => ${RETRY_HOURS}::int))
    order by p.number limit 1`;
  return found?.ref;
}
