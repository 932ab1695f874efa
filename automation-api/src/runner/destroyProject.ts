import type { Place } from "@supalove/contracts";
import type { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { EngineDied } from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import { lastBackup } from "./lastBackup.ts";
import { engineInput } from "./projectSpec.ts";
import { removeRows } from "./removeRows.ts";
import type { Ending, Run } from "./run.ts";
import type { BackupStopped } from "./takeBackup.ts";

const ENGINE_ATTEMPTS = 3;

/**
 * Where a project stands once its destroy has begun and did not end well. Half of it may be gone: restoring makes it
 * whole again, deleting goes on. One that never was ready is no more ready than before.
 */
export const halfDestroyedStatus = ({ input }: Pick<Run, "input">): ProjectStatus =>
  input.status_if_cancelled === "INIT_FAILED" ? "INIT_FAILED" : "ACTIVE_UNHEALTHY";

/** Takes a project away: first from the gateway, then a last backup of it, then its stack, then its rows. */
export async function destroyProject(run: Run): Promise<Ending> {
  const { ref } = run.project;
  const input = await engineInput(run.services, run.project);
  const { spec, place, secrets } = input;
  run.journal.phase("refuse", "The gateway refuses requests and closes its connections");
  await run.lease.transaction(async (tx) => {
    await tx.tenant.updateMany({ where: { ref }, data: { status: "going_down" } });
  });
  const projectStatus = halfDestroyedStatus(run);
  const backup = await lastBackup(run, input);
  const outcome: EngineOutcome | BackupStopped =
    backup.status === "failed" || backup.status === "cancelled"
      ? backup
      : await destroySurvivingCrashes(run, {
          action: "destroy",
          spec,
          place,
          presence: "unknown",
          recover: run.interrupted,
          secrets: Object.values(secrets),
        });
  if (outcome.status === "succeeded")
    return { status: "succeeded", projectStatus: "REMOVED", write: (tx) => removeRows(tx, run) };
  if (backup.status !== "none") await openAgain(run, place);
  if (outcome.status === "failed") return { status: "failed", error: outcome.error, projectStatus };
  return { status: "cancelled", projectStatus };
}

/**
 * A backup closes a shared project's database to its logins, so that nothing is written after it. Whoever keeps the project
 * finds it open, also where it was paused: it is in between then, and restoring it opens it anyway. Best effort: there may
 * be no database any more.
 */
async function openAgain({ services, project }: Run, place: Place): Promise<void> {
  if (place.kind !== "cluster") return;
  await services.logins.open(place, project.ref).catch((error: unknown) => {
    services.logger.warn({ err: error }, "the logins of a project that was not deleted could not be opened again");
  });
}

async function destroySurvivingCrashes(run: Run, command: EngineCommand): Promise<EngineOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run.engine({ ...command, recover: command.recover || attempt > 1 }, true);
    } catch (error) {
      if (!(error instanceof EngineDied) || attempt === ENGINE_ATTEMPTS) throw error;
      run.services.logger.error({ err: error, operation: run.operation.id }, "engine process died; once more");
    }
  }
}
