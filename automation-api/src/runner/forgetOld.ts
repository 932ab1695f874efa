import type { RunnerEnv } from "@supalove/contracts";
import type { Database } from "../database/client.ts";
import { IDEMPOTENCY_HOURS } from "../http/idempotency.ts";

/** How long the history of operations is kept. */
export type Retention = Pick<RunnerEnv, "OPERATION_RETENTION_DAYS" | "OPERATIONS_KEPT">;

/** A token that expired stays listed this long, so that its owner sees why it does not work any more. */
const EXPIRED_TOKEN_HOURS = 24;
/** Rows deleted in one transaction: nobody waits long for its locks. */
const BATCH = 500;

/** What was forgotten, by kind. */
export interface Forgotten {
  readonly operations: number;
  readonly previews: number;
  readonly idempotencyKeys: number;
  readonly accessTokens: number;
}

/**
 * Removes what nobody needs any more: old operations with their events, answers kept for repeated requests, expired
 * tokens. The last operations of each project stay whatever their age; the audit log is never touched.
 */
export async function forgetOld(database: Database, retention: Retention): Promise<Forgotten> {
  const previews = await inBatches(() => forgetAppliedPreviews(database, retention));
  const operations = await inBatches(() => forgetOperations(database, retention));
  const idempotencyKeys = await inBatches(
    () => database.$executeRaw`
      delete from idempotency_keys where ctid in (select ctid from idempotency_keys
        where created_at < now() - make_interval(hours => ${IDEMPOTENCY_HOURS}::int) limit ${BATCH})`,
  );
  const accessTokens = await inBatches(
    () => database.$executeRaw`
      delete from personal_access_tokens where id in (select id from personal_access_tokens
        where expires_at < now() - make_interval(hours => ${EXPIRED_TOKEN_HOURS}::int) limit ${BATCH})`,
  );
  return { operations, previews, idempotencyKeys, accessTokens };
}

async function inBatches(batch: () => Promise<number>): Promise<number> {
  for (let sum = 0; ; ) {
    const count = await batch();
    sum += count;
    if (count < BATCH) return sum;
  }
}

/** Old operations that neither make nor apply a preview; their events go with them. */
async function forgetOperations(database: Database, { OPERATION_RETENTION_DAYS, OPERATIONS_KEPT }: Retention) {
  return database.$executeRaw`
    delete from operations where id in (
      select o.id from operations o
      where o.preview_id is null and o.finished_at < now() - make_interval(days => ${OPERATION_RETENTION_DAYS}::int)
        and (select count(*) from operations later
          where later.project_ref = o.project_ref and later.number > o.number) >= ${OPERATIONS_KEPT}
      limit ${BATCH})`;
}

/** Old previews that were applied, with the operations that made and applied them: one is nothing without the others. */
async function forgetAppliedPreviews(database: Database, { OPERATION_RETENTION_DAYS, OPERATIONS_KEPT }: Retention) {
  return database.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      select p.id from previews p
      where exists (select from operations o where o.preview_id = p.id and o.kind <> 'preview')
        and not exists (
          select from operations o where o.preview_id = p.id and (
            o.finished_at is null
            or o.finished_at >= now() - make_interval(days => ${OPERATION_RETENTION_DAYS}::int)
            or (select count(*) from operations later
              where later.project_ref = p.project_ref and later.number > o.number) < ${OPERATIONS_KEPT}))
      limit ${BATCH} for update of p`;
    const ids = rows.map(({ id }) => id);
    await tx.operation.deleteMany({ where: { previewId: { in: ids } } });
    await tx.preview.deleteMany({ where: { id: { in: ids } } });
    return ids.length;
  });
}
