import type { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { EngineDied } from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import { engineInput } from "./projectSpec.ts";
import { removeRows } from "./removeRows.ts";
import type { Ending, Run } from "./run.ts";

const ENGINE_ATTEMPTS = 3;

/**
 * Where a project stands once its destroy has begun and did not end well. Half of it may be gone: restoring makes it
 * whole again, deleting goes on. One that never was ready is no more ready than before.
 */
export const halfDestroyedStatus = ({ input }: Pick<Run, "input">): ProjectStatus =>
  input.status_if_cancelled === "INIT_FAILED" ? "INIT_FAILED" : "ACTIVE_UNHEALTHY";

/** Takes a project away: first from the gateway, then its stack, then its rows. */
export async function destroyProject(run: Run): Promise<Ending> {
  const { ref } = run.project;
  const { spec, place, secrets } = await engineInput(run.services, run.project);
  run.journal.phase("refuse", "The gateway refuses requests and closes its connections");
  await run.lease.transaction(async (tx) => {
    await tx.tenant.updateMany({ where: { ref }, data: { status: "going_down" } });
  });
  const outcome = await destroySurvivingCrashes(run, {
    action: "destroy",
    spec,
    place,
    presence: "unknown",
    recover: run.interrupted,
    secrets: Object.values(secrets),
  });
  if (outcome.status === "succeeded")
    return { status: "succeeded", projectStatus: "REMOVED", write: (tx) => removeRows(tx, run) };
  const projectStatus = halfDestroyedStatus(run);
  if (outcome.status === "failed") return { status: "failed", error: outcome.error, projectStatus };
  return { status: "cancelled", projectStatus };
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
