import { recordLook } from "../drift/recordLook.ts";
import { changeLook, lookSurvivingCrashes } from "./lookAhead.ts";
import { engineInput } from "./projectSpec.ts";
import type { Ending, Run } from "./run.ts";

/**
 * Compares what is really there with what should be. The engine looks at the real resources and plans without writing
 * the state, so a look can't make the state believe in what somebody changed by hand.
 */
export async function checkDrift(run: Run): Promise<Ending> {
  const look = changeLook(await engineInput(run.services, run.project), true);
  const outcome = await lookSurvivingCrashes(run, look);
  if (outcome.status === "failed") return outcome;
  if (outcome.status !== "previewed") return { status: "cancelled" };
  const { changes } = outcome;
  return { status: "succeeded", write: (tx) => recordLook(tx, run.project.ref, changes) };
}
