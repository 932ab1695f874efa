import type { StackService } from "@supalove/contracts";
import type { PlannedStep } from "./plannedStep.ts";

/** Stands for the restart of one container: no change of a resource, so the engine has no step for it. */
export const RESTART_TYPE = "supalove:project:Restart";

/**
 * The restart of a dedicated project's service, as a step beside the engine's.
 * @param runs whether its container runs now
 */
export function restartStep(ref: string, service: StackService, runs: boolean): PlannedStep {
  return {
    urn: `urn:supalove:${ref}::${RESTART_TYPE}::project-${service}`,
    type: RESTART_TYPE,
    op: "update",
    custom: true,
    oldInputs: { runs },
    oldOutputs: {},
    newInputs: { runs: true },
    differences: runs ? [] : [{ path: "runs", kind: "update", inputs: true }],
  };
}
