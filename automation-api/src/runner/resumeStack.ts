import { DATA_VOLUME_MISSING } from "../engine/dataVolume.ts";
import { stackCommand } from "./pauseStack.ts";
import { publishProject, sealOutputs } from "./publishProject.ts";
import type { Ending, Run } from "./run.ts";
import { smokeEnding } from "./smokeEnding.ts";
import { upSurvivingCrashes } from "./upProject.ts";

/**
 * Makes a paused project's containers anew around the volume that stayed. One that fails or is cancelled leaves the project
 * paused; where an earlier run let its requests through already, it is too late to cancel it.
 */
export async function resumeStack(run: Run): Promise<Ending> {
  const { ref, paused } = run.project;
  const cancelled = run.lease.cancelled.aborted || run.operation.cancelRequestedAt !== null;
  if (paused && cancelled) return goBack(run, { status: "cancelled" });
  const outcome = await upSurvivingCrashes(run, await stackCommand(run, false), paused);
  if (outcome.status === "succeeded" && outcome.outputs !== null) {
    const published = await sealOutputs(run.services, run.project, outcome.outputs);
    await run.lease.transaction(async (tx) => {
      await tx.project.update({ where: { ref }, data: { paused: false } });
      await publishProject(tx, ref, published);
    });
    return smokeEnding(run, outcome.outputs.anonKey);
  }
  const error = outcome.status === "failed" ? outcome.error : undefined;
  // Found before anything was made: there is nothing to take back.
  if (error?.code === DATA_VOLUME_MISSING.code) {
    return { status: "failed", error, projectStatus: run.input.status_if_cancelled };
  }
  return goBack(run, error ? { status: "failed", error } : { status: "cancelled" });
}

/**
 * The project stays paused. Whoever cancels stops the way there and not the way back: containers that run while the project's
 * row says that it is paused would be taken away by its next change.
 */
async function goBack(run: Run, ending: Pick<Ending, "status" | "error">): Promise<Ending> {
  const { ref } = run.project;
  run.journal.phase("rollback", "Taking the containers away again");
  // An earlier run may have let its requests through.
  await run.lease.transaction(async (tx) => {
    await tx.tenant.update({ where: { ref }, data: { status: "paused" } });
    await tx.project.update({ where: { ref }, data: { paused: true } });
  });
  // What the stopped run left is looked at first: the state may not know of it.
  const command = { ...(await stackCommand(run, true)), presence: "unknown" as const, recover: true };
  const back = await upSurvivingCrashes(run, command, false);
  const projectStatus = back.status === "succeeded" ? run.input.status_if_cancelled : "ACTIVE_UNHEALTHY";
  return { ...ending, projectStatus };
}
