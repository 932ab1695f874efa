import type { OperationError } from "@supalove/contracts";
import type { BackupReason } from "@supalove/contracts/api/index.ts";
import { PartialFile, type WrittenFile } from "../backups/backupFiles.ts";
import type { BackupSource, DumpFacts } from "../backups/backupPort.ts";
import { explainFailure } from "../backups/explainFailure.ts";
import { clearBackups } from "../backups/sweepBackups.ts";
import { newId } from "../ids/newId.ts";
import { LeaseLost } from "./lease.ts";
import type { EngineInput } from "./projectSpec.ts";
import { type Run, RunnerStopping } from "./run.ts";

const MEBIBYTE = 1024 * 1024;
const DAY_MS = 86_400_000;
/** However little there is: databases have to start for it. */
const LIMIT_BASE_MS = 15 * 60_000;
/** On top, for each mebibyte of the database: slower than any disk, so that what takes longer is stuck. */
const LIMIT_PER_MEBIBYTE_MS = 2_000;

/** There is no backup, and so the project stays as it is. */
export type BackupStopped =
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly error: OperationError };

/** How a backup ended; `none` where there is no database any more. */
export type TakenBackup = { readonly status: "taken" | "none" } | BackupStopped;

/** What a backup is taken for, and the words for it. */
export interface BackupPurpose {
  readonly reason: BackupReason;
  /** What is taken, as "a last backup". */
  readonly what: string;
  readonly failed: (reason: string) => OperationError;
}

const MIB = (bytes: number) => Math.max(1, Math.round(bytes / MEBIBYTE));

/**
 * Takes a backup of a project that something is about to be done to, restores it once to see that it is good, and writes it
 * down. A run that was cut off afterwards finds it taken; one whose database is gone has nothing left to back up.
 * @throws LeaseLost, RunnerStopping
 */
export async function takeBackup(
  run: Run,
  { spec, place, secrets }: EngineInput,
  purpose: BackupPurpose,
): Promise<TakenBackup> {
  const { operation, services } = run;
  const password = secrets.owner_password;
  // Without a password of its own the project never was ready.
  if (password === undefined) return { status: "none" };
  const taken = await services.database.backup.findUnique({ where: { operationId: operation.id } });
  if (taken !== null) return { status: "taken" };
  const limit = new AbortController();
  const limited = (bytes: number) =>
    setTimeout(() => limit.abort(), LIMIT_BASE_MS + MIB(bytes) * LIMIT_PER_MEBIBYTE_MS);
  let timer = limited(0);
  const signal = AbortSignal.any([run.ended, run.lease.cancelled, limit.signal]);
  const begun = (bytes: number) => {
    clearTimeout(timer);
    timer = limited(bytes);
    run.journal.phase("backup", `Taking ${purpose.what} (${MIB(bytes)} MiB)`);
  };
  const source = { spec, place, password, operationId: operation.id };
  const id = newId("bak");
  const file = new PartialFile(services.env.BACKUP_DIR, operation.id, id);
  try {
    await clearBackups(services, operation.id);
    if (run.lease.cancelled.aborted) return { status: "cancelled" };
    const written = await file.write((output) => services.backups.dump(source, output, begun, signal));
    if (written.result === undefined) {
      await file.remove();
      return { status: "none" };
    }
    await test(run, source, file, { ...written, result: written.result }, signal);
    await keep(run, id, file, written, purpose.reason);
    return { status: "taken" };
  } catch (error) {
    await file.remove().catch(() => undefined);
    if (error instanceof LeaseLost || error instanceof RunnerStopping) throw error;
    run.checkEnded();
    if (run.lease.cancelled.aborted) return { status: "cancelled" };
    services.logger.error({ err: error }, "the backup of a project failed");
    return { status: "failed", error: purpose.failed(limit.signal.aborted ? TOO_LONG : explainFailure(error)) };
  } finally {
    clearTimeout(timer);
  }
}

const TOO_LONG = "it took far longer than a database of this size should";

async function test(
  run: Run,
  source: BackupSource,
  file: PartialFile,
  written: WrittenFile & { readonly result: DumpFacts },
  signal: AbortSignal,
): Promise<void> {
  run.journal.phase("backup_test", "Testing the backup");
  await run.services.backups.test(source, file.read(written), written.result, signal);
  run.checkEnded();
}

/**
 * Row and file come into being together: the file gets its name while the row waits for its commit. Killed in between, there
 * is a file without a row, which the next run of the operation, or the sweep, removes.
 */
async function keep(
  run: Run,
  id: string,
  file: PartialFile,
  { bytes, sha256 }: WrittenFile,
  reason: BackupReason,
): Promise<void> {
  const { project, operation, lease, services } = run;
  let named = false;
  await lease.transaction(async (tx) => {
    const now = new Date();
    await tx.backup.create({
      data: {
        id,
        operationId: operation.id,
        projectRef: project.ref,
        organizationId: project.organizationId,
        projectName: project.name,
        reason,
        bytes,
        sha256,
        createdAt: now,
        verifiedAt: now,
        expiresAt: new Date(now.getTime() + services.env.BACKUP_GRACE_DAYS * DAY_MS),
      },
    });
    // A transaction that lost against another one is made again.
    if (!named) await file.finish();
    named = true;
  });
}
