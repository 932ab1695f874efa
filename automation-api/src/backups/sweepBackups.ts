import type { Database } from "../database/client.ts";
import type { RunnerServices } from "../runner/services.ts";
import { backupFile, listBackupFiles, removeBackupFile } from "./backupFiles.ts";

type Parts = Pick<RunnerServices, "database" | "env" | "backups">;

/** Removes what an earlier run of an operation left of a backup that it did not finish. */
export async function clearBackups({ env, backups }: Parts, operationId: string): Promise<void> {
  await backups.clear({ of: operationId });
  const files = await listBackupFiles(env.BACKUP_DIR);
  for (const { name } of files.filter((file) => file.operationId === operationId)) {
    await removeBackupFile(env.BACKUP_DIR, name);
  }
}

/**
 * Removes what nobody finishes any more: containers, files that were being written, and files that no row tells of. What
 * belongs to an operation that runs is its own business.
 */
export async function sweepBackups({ database, env, backups }: Parts): Promise<void> {
  // Files first: one that gets its name after this is not in the list.
  const files = await listBackupFiles(env.BACKUP_DIR);
  const running = await runningOperations(database);
  const rows = await database.backup.findMany({ select: { operationId: true } });
  const kept = new Set(rows.map(({ operationId }) => backupFile(operationId)));
  for (const { name, operationId, partial } of files) {
    if (running.has(operationId) || (!partial && kept.has(name))) continue;
    await removeBackupFile(env.BACKUP_DIR, name);
  }
  await backups.clear({ running: () => runningOperations(database) });
}

async function runningOperations(database: Database): Promise<ReadonlySet<string>> {
  const rows = await database.operation.findMany({ where: { status: "running" }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** Forgets backups whose time has come: the row first, as nobody may be shown what is not there. */
export async function forgetBackups({ database, env }: Pick<Parts, "database" | "env">): Promise<number> {
  const due = await database.backup.findMany({
    where: { expiresAt: { lte: new Date() } },
    select: { id: true, operationId: true },
  });
  for (const { id, operationId } of due) {
    await database.backup.deleteMany({ where: { id } });
    await removeBackupFile(env.BACKUP_DIR, backupFile(operationId));
  }
  return due.length;
}
