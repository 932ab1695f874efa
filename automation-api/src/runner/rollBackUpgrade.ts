import { setTimeout as sleep } from "node:timers/promises";
import { type StackService, StackSettings } from "@supalove/contracts";
import { EngineDied } from "../engine/enginePort.ts";
import type { EngineOutcome } from "../engine/protocol.ts";
import { healthGate } from "./healthGate.ts";
import { LeaseLost } from "./lease.ts";
import { stackCommand } from "./pauseStack.ts";
import { engineInput } from "./projectSpec.ts";
import { publishProject, sealOutputs } from "./publishProject.ts";
import type { Ending, Run } from "./run.ts";
import { passEnds, type Setback } from "./upgradeProject.ts";
import { watchedStack } from "./watchedStack.ts";

/** What may be over in a moment: a new attempt is made after a pause. */
const MAY_PASS = new Set(["docker_unreachable", "cluster_unreachable", "engine_died"]);

/**
 * Brings the former versions of a project's images back, which its row still names; its volume is not touched. Goes on to its
 * end whoever cancels it, and stands being run again.
 * @param fresh services that were to be changed
 */
export async function rollBackUpgrade(run: Run, fresh: readonly StackService[], setback: Setback): Promise<Ending> {
  run.journal.phase("rollback", "Bringing the former versions back");
  const fault = await goBack(run, fresh).catch((error: unknown) => {
    passEnds(run, error);
    run.services.logger.error({ err: error }, "the rollback of an upgrade failed unexpectedly");
    return "something went wrong in the runner";
  });
  run.checkEnded();
  if (fault === undefined) {
    if (setback.ending === "cancelled") return { status: "cancelled", projectStatus: "ACTIVE_HEALTHY" };
    return {
      status: "failed",
      projectStatus: "ACTIVE_HEALTHY",
      error: {
        code: "upgrade_rolled_back",
        message: `The upgrade was taken back, because ${setback.why}. The project runs its former versions and has its data.`,
        next_step:
          "Choose another version. Who runs the platform finds more in the runner's log, and can withdraw this one.",
      },
    };
  }
  run.services.logger.error({ operation: run.operation.id, fault }, "an upgrade could not be rolled back");
  return {
    status: "failed",
    projectStatus: "ACTIVE_UNHEALTHY",
    error: {
      code: "upgrade_not_rolled_back",
      message: `The upgrade did not go on, because ${setback.why}; and its former versions did not come back, because ${fault}. Its data is in its volume.`,
      next_step:
        "Look at the project's stack, put right what is wrong on its server, then restore the project, which makes the former versions run.",
    },
  };
}

/** @returns what is wrong with the project afterwards */
async function goBack(run: Run, fresh: readonly StackService[]): Promise<string | undefined> {
  const outcome = await makeAsRow(run, fresh);
  if (outcome.status === "failed") return outcome.error.message.replace(/\.$/, "");
  if (outcome.status !== "succeeded" || outcome.outputs === null) return "the engine was stopped";
  const input = await engineInput(run.services, run.project);
  const published = await sealOutputs(run.services, run.project, outcome.outputs);
  await run.journal.flush();
  await run.lease.transaction((tx) => publishProject(tx, run.project.ref, published));
  const { anonKey } = outcome.outputs;
  return healthGate(run, { project: run.project, input, fresh, anonKey, signal: run.ended });
}

/** Makes a project's stack what its row says, whatever a change has made of it; again where what is in the way may pass. */
export async function makeAsRow(run: Run, fresh: readonly StackService[]): Promise<EngineOutcome> {
  let outcome = await attempt(run, fresh);
  for (const pause of run.services.rollbackPausesMs) {
    if (outcome.status !== "failed" || !MAY_PASS.has(outcome.error.code)) break;
    await sleep(pause, undefined, { signal: run.ended }).catch(() => undefined);
    run.checkEnded();
    outcome = await attempt(run, fresh);
  }
  return outcome;
}

async function attempt(run: Run, fresh: readonly StackService[]): Promise<EngineOutcome> {
  try {
    await clear(run, fresh);
    // What is gone by now is seen by the look that comes first.
    return await run.engine({ ...(await stackCommand(run, false)), presence: "unknown", recover: true }, false);
  } catch (error) {
    if (error instanceof EngineDied) return failed("engine_died", "the engine ended again and again");
    throw error;
  }
}

const failed = (code: string, message: string): EngineOutcome => ({
  status: "failed",
  error: { code, message, next_step: "Try again." },
});

/**
 * A container that came half into being is known to no state and would be in the way of its successor. One of the former image
 * stays as it is.
 */
async function clear(run: Run, fresh: readonly StackService[]): Promise<void> {
  const { services, project, lease } = run;
  if (!(await lease.holds())) throw new LeaseLost(`lost ${run.operation.id}`);
  const { images } = StackSettings.parse(project.stack);
  const former = Object.fromEntries(fresh.map((service) => [service, images[service]]));
  try {
    await services.images.clear(await watchedStack(services, project), former);
  } catch (error) {
    // The engine tells what is wrong with the server.
    services.logger.warn({ err: error }, "the containers of the new versions could not be taken away");
  }
}
