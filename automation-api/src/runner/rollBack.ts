import { setTimeout as sleep } from "node:timers/promises";
import { EngineDied } from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import type { Run } from "./run.ts";

/**
 * Takes away what was made of a project that never was ready. Where that can't be done, the project says so, and its
 * deletion does it.
 * @param command the creation that is undone
 * @throws LeaseLost, RunnerStopping
 */
export async function rollBack(run: Run, command: EngineCommand): Promise<void> {
  run.journal.phase("rollback", "Removing what was made so far");
  let undone = await attempt(run, command);
  for (const pause of run.services.rollbackPausesMs) {
    if (!mayPass(undone)) break;
    await sleep(pause, undefined, { signal: run.ended }).catch(() => undefined);
    run.checkEnded();
    undone = await attempt(run, command);
  }
  if (undone?.status === "succeeded") return;
  run.services.logger.error({ operation: run.operation.id, undone }, "rollback failed");
  run.journal.add({
    type: "diagnostic",
    severity: "warning",
    message: "Something of the project is left; deleting the project removes it.",
  });
}

/** Undefined when the engine's process died. */
async function attempt(run: Run, command: EngineCommand): Promise<EngineOutcome | undefined> {
  try {
    return await run.engine({ ...command, action: "destroy", presence: "unknown", recover: true }, false);
  } catch (error) {
    if (error instanceof EngineDied) return undefined;
    throw error;
  }
}

const mayPass = (outcome: EngineOutcome | undefined): boolean =>
  outcome === undefined || (outcome.status === "failed" && outcome.error.code === "cluster_unreachable");
