import type { Database } from "../database/client.ts";
import type { Operation } from "../generated/prisma/client.ts";

/** The operation can't begin now: another run holds it, or an earlier one of its project has not ended. */
export class OperationBusy extends Error {
  override readonly name = "OperationBusy";
}

export interface Claim {
  readonly operation: Operation;
  /** An earlier run was cut off: what it left has to be dealt with first. */
  readonly interrupted: boolean;
}

interface Row {
  readonly status: string;
  readonly expired: boolean;
  readonly blocked: boolean;
}

/**
 * Takes an operation for this runner: the epoch grows, so whoever held it before can write nothing any more.
 * @param by the queue's worker that has the job, and the host name of its runner
 * @returns undefined when there is nothing to do, because it has ended or is gone
 * @throws OperationBusy
 */
export async function claimOperation(
  database: Database,
  id: string,
  by: { readonly worker: string; readonly host: string },
  leaseMs: number,
): Promise<Claim | undefined> {
  return database.$transaction(async (tx) => {
    const [found] = await tx.$queryRaw<Row[]>`
      select o.status, coalesce(o.lease_until < now(), true) as expired, exists (
        select from operations earlier where earlier.project_ref = o.project_ref and earlier.number < o.number
          and earlier.status in ('queued', 'running', 'interrupted')) as blocked
      from operations o where o.id = ${id} for update of o`;
    if (found === undefined || ["succeeded", "failed", "cancelled"].includes(found.status)) return undefined;
    if (found.status === "running" && !found.expired) throw new OperationBusy(`${id} is held by another runner`);
    if (found.blocked) throw new OperationBusy(`${id} waits for an earlier operation of its project`);
    await tx.$executeRaw`
      update operations set status = 'running', epoch = epoch + 1, worker = ${by.worker}, runner_host = ${by.host},
        lease_until = now() + make_interval(secs => ${leaseMs / 1000}::float8), started_at = coalesce(started_at, now())
      where id = ${id}`;
    const operation = await tx.operation.findUniqueOrThrow({ where: { id } });
    return { operation, interrupted: found.status !== "queued" };
  });
}
