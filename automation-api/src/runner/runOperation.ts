import { type OperationError, OperationKind } from "@supalove/contracts";
import type { ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../database/client.ts";
import type { Operation, Preview } from "../generated/prisma/client.ts";
import { isStatusHeld } from "../operations/isStatusHeld.ts";
import { OperationInput } from "../operations/operationInput.ts";
import { Wished } from "../previews/wished.ts";
import { type Claim, claimOperation } from "./claimOperation.ts";
import { clearChange } from "./clearChange.ts";
import { halfDestroyedStatus } from "./destroyProject.ts";
import { Journal } from "./journal.ts";
import { KINDS } from "./kinds.ts";
import { Lease, LeaseLost } from "./lease.ts";
import type { ProjectFacts } from "./projectSpec.ts";
import { type Ending, Run, RunnerStopping } from "./run.ts";
import type { RunnerServices } from "./services.ts";

/** An operation that was begun this often without an end is not begun again. */
const MAX_EPOCH = 8;

/**
 * Runs one operation from its claim to its end.
 * @throws OperationBusy, LeaseLost, RunnerStopping: the job stays in the queue
 */
export async function runOperation(services: RunnerServices, operationId: string, worker: string): Promise<void> {
  const claim = await claimOperation(
    services.database,
    operationId,
    { worker, host: services.host },
    services.lease.durationMs,
  );
  if (claim === undefined) return;
  const { epoch, kind } = claim.operation;
  const logger = services.logger.child({ operation: operationId, kind, epoch, project: claim.operation.projectRef });
  const lease = new Lease(services.database, operationId, epoch, services.lease, logger);
  const watching = new AbortController();
  services.metrics.running.inc();
  const started = performance.now();
  lease.start();
  void watchCancellation({ ...services, logger }, lease, operationId, watching.signal);
  let run: Run | undefined;
  try {
    run = await begin({ ...services, logger }, claim, lease);
    const ending = await perform(run);
    await finish(run, ending);
    const ms = Math.round(performance.now() - started);
    logger.info({ status: ending.status, error: ending.error, ms }, "operation ended");
    services.metrics.finished.inc({ kind, status: ending.status });
    services.metrics.seconds.observe({ kind }, ms / 1000);
  } catch (error) {
    if (error instanceof RunnerStopping && run !== undefined) await release(run);
    throw error;
  } finally {
    watching.abort();
    lease.stop();
    services.metrics.running.dec();
  }
}

async function begin(services: RunnerServices, { operation, interrupted }: Claim, lease: Lease): Promise<Run> {
  const { engineHost: host, engineGroup: session, engineStarted: startedAt } = operation;
  if (interrupted && host !== null && session !== null && startedAt !== null) {
    await services.engine.endLeftovers({ host, session, startedAt });
  }
  const { database } = services;
  const { projectRef, previewId } = operation;
  const [preview, journal] = await Promise.all([
    previewId === null ? null : database.preview.findUniqueOrThrow({ where: { id: previewId } }),
    Journal.open(database, lease, operation.id),
  ]);
  const project =
    projectRef === null
      ? projectToBe(preview)
      : await database.project.findUniqueOrThrow({ where: { ref: projectRef } });
  journal.add({ type: "status", status: "running" });
  const input = OperationInput.parse(operation.input);
  return new Run({ services, operation, input, project, preview, lease, journal, interrupted });
}

/** The project that a preview is to create, as its row will be. */
function projectToBe(preview: Preview | null): ProjectFacts {
  const wished = Wished.parse(preview?.wished);
  if (preview === null || wished.kind !== "create") throw new Error("an operation without a project creates none");
  const { kind: _, ...plan } = wished;
  const { projectRef: ref, organizationId, createdAt } = preview;
  return { ref, organizationId, ...plan, paused: false, createdAt, keyGenerations: null, passwordGeneration: 0 };
}

async function perform(run: Run): Promise<Ending> {
  const kind = KINDS[OperationKind.parse(run.operation.kind)];
  const projectStatus = run.input.status_if_cancelled;
  const failed = (error: OperationError): Ending => ({
    status: "failed",
    error,
    projectStatus: halfDoneStatus(run),
  });
  if (kind === undefined) return failed(UNKNOWN_KIND);
  if (run.operation.epoch > MAX_EPOCH) return failed(INTERRUPTED_TOO_OFTEN);
  if (run.operation.kind !== "destroy" && run.operation.cancelRequestedAt !== null && !run.interrupted) {
    return { status: "cancelled", projectStatus };
  }
  try {
    return (await clearChange(run)) ?? (await kind(run));
  } catch (error) {
    if (error instanceof LeaseLost || error instanceof RunnerStopping) throw error;
    run.checkEnded();
    run.services.logger.error({ err: error }, "operation failed unexpectedly");
    return failed(UNEXPECTED);
  }
}

/** Where a project stands when its operation could not be brought to an end of its own. */
function halfDoneStatus(run: Run): ProjectStatus | undefined {
  if (run.operation.kind === "destroy") return halfDestroyedStatus(run);
  const begun = run.operation.kind === "upgrade" && run.input.upgrade !== undefined;
  return begun ? "ACTIVE_UNHEALTHY" : run.input.status_if_cancelled;
}

const UNKNOWN_KIND: OperationError = {
  code: "unknown_kind",
  message: "This version can't run operations of this kind.",
  next_step: "Update the platform, then try again.",
};
const INTERRUPTED_TOO_OFTEN: OperationError = {
  code: "interrupted_too_often",
  message: "The operation was cut off again and again.",
  next_step: "Look at the runner's log for what ends it, then try again.",
};
const UNEXPECTED: OperationError = {
  code: "internal_error",
  message: "Something went wrong in the runner.",
  next_step: "Try again; the runner's log holds more under the operation's id.",
};

/** Everything an end changes, in one transaction that the lease guards. */
async function finish({ journal, lease, operation }: Run, ending: Ending): Promise<void> {
  await journal.flush();
  await lease.transaction(async (tx) => {
    await ending.write?.(tx);
    await settle(tx, operation, ending.projectStatus);
    await tx.operation.update({
      where: { id: operation.id },
      data: {
        status: ending.status,
        finishedAt: new Date(),
        leaseUntil: null,
        ...(ending.error ? { error: { ...ending.error } } : {}),
      },
    });
    await journal.conclude(tx, { type: "status", status: ending.status });
    await forgetLook(tx, operation);
  });
}

/** Whoever looks at the containers right after an operation sees what it left, and no look from before. */
async function forgetLook(tx: Transaction, { projectRef }: Operation): Promise<void> {
  if (projectRef !== null) await tx.stackView.updateMany({ where: { projectRef }, data: { checkedAt: null } });
}

/**
 * Writes where the project stands after an operation. A status that a waiting one has set stays: one that is to go down or to
 * be paused takes no change in between. Should what waits be cancelled, or fail, the project goes back to where this
 * operation left it, and not to where it was when that was asked for.
 */
async function settle(tx: Transaction, operation: Operation, status: ProjectStatus | undefined): Promise<void> {
  const { projectRef: ref, number } = operation;
  if (ref === null || status === undefined || status === "REMOVED") return;
  await tx.$executeRaw`
    update operations set input = input || jsonb_build_object('status_if_cancelled', ${status}::text)
    where project_ref = ${ref} and number > ${number} and status = 'queued' and input ? 'status_if_cancelled'`;
  if (await isStatusHeld(tx, ref, number)) return;
  await tx.project.updateMany({ where: { ref, deletedAt: null }, data: { status } });
}

/** Gives the operation to a successor at once, instead of letting the lease run out. */
async function release({ services, lease, journal, operation }: Run): Promise<void> {
  try {
    await journal.flush();
    await lease.transaction(async (tx) => {
      await journal.conclude(tx, { type: "status", status: "interrupted" });
      await tx.operation.update({ where: { id: operation.id }, data: { status: "interrupted", leaseUntil: null } });
    });
  } catch (error) {
    services.logger.error({ err: error }, "the operation could not be released");
  }
}

/** A wish to cancel comes by notification; the heartbeat sees it too, some seconds later. */
async function watchCancellation(
  { cancellations, logger }: RunnerServices,
  lease: Lease,
  operationId: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && !lease.cancelled.aborted) {
    await cancellations.changed(operationId, 60_000, signal);
    if (!signal.aborted) await lease.beat().catch((error: unknown) => logger.warn({ err: error }, "heartbeat failed"));
  }
}
