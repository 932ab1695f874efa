import type { EngineInput } from "./projectSpec.ts";
import type { Run } from "./run.ts";
import { type BackupPurpose, type TakenBackup, takeBackup } from "./takeBackup.ts";

const LAST: BackupPurpose = {
  reason: "destroy",
  what: "a last backup",
  failed: (reason) => ({
    code: "backup_failed",
    message: `The project was not deleted: its last backup could not be taken, because ${reason}.`,
    next_step:
      "Put that right and delete the project again; or delete it without a backup, with `?backup=false` or " +
      "`./supalove projects delete REF --no-backup`. Restoring the project has it serve again.",
  }),
};

/** The last backup of a project that is about to be destroyed, unless nobody wants one. @throws LeaseLost, RunnerStopping */
export async function lastBackup(run: Run, input: EngineInput): Promise<TakenBackup> {
  const unwanted = run.input.backup === false || run.input.status_if_cancelled === "INIT_FAILED";
  return unwanted ? { status: "none" } : takeBackup(run, input, LAST);
}
