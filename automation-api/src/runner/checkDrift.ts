import { recordLook } from "../drift/recordLook.ts";
import { lookSurvivingCrashes } from "./lookAhead.ts";
import { engineInput } from "./projectSpec.ts";
import type { Ending, Run } from "./run.ts";

/**
 * Compares what is really there with what should be. The engine looks at the real resources and plans without writing
 * the state, so a look can't make the state believe in what somebody changed by hand.
 */
export async function checkDrift(run: Run): Promise<Ending> {
  const { spec, place, secrets } = await engineInput(run.services, run.project);
  const outcome = await lookSurvivingCrashes(run, {
    action: "preview",
    kind: "change",
    refresh: true,
    holdsData: secrets.jwt_secret !== undefined,
    spec,
    place,
    presence: "existing",
    recover: false,
    secrets: Object.values(secrets),
  });
  if (outcome.status === "failed") return outcome;
  if (outcome.status !== "previewed") return { status: "cancelled" };
  const { changes } = outcome;
  return { status: "succeeded", write: (tx) => recordLook(tx, run.project.ref, changes) };
}
