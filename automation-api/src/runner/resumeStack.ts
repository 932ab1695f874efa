import { DATA_VOLUME_MISSING } from "../engine/dataVolume.ts";
import { pauseStack, stackCommand } from "./pauseStack.ts";
import { publishProject, sealOutputs } from "./publishProject.ts";
import type { Ending, Run } from "./run.ts";
import { smokeEnding } from "./smokeEnding.ts";
import { upSurvivingCrashes } from "./upProject.ts";

/** Makes a paused project's containers anew around the volume that stayed. One that fails leaves the project paused. */
export async function resumeStack(run: Run): Promise<Ending> {
  const { ref } = run.project;
  const outcome = await upSurvivingCrashes(run, await stackCommand(run, false));
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
  const back = await pauseStack(run, false);
  const projectStatus = back.status === "succeeded" ? run.input.status_if_cancelled : "ACTIVE_UNHEALTHY";
  return { ...back, status: error ? "failed" : "cancelled", ...(error ? { error } : {}), projectStatus };
}
