import type { PlannedStep, Properties } from "./plannedStep.ts";

/** Stands for what the control plane itself keeps of a project; no resource of the engine. */
export const SETTINGS_TYPE = "supalove:project:Settings";

/**
 * The change of a project's own settings, as a step beside the engine's.
 * @param before absent for a project to be created
 * @param after absent for one to be deleted
 * @returns undefined when nothing changes
 */
export function settingsStep(
  ref: string,
  before: Properties | undefined,
  after: Properties | undefined,
): PlannedStep | undefined {
  const changed = Object.keys({ ...before, ...after }).filter(
    (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
  );
  if (changed.length === 0) return undefined;
  return {
    urn: `urn:supalove:${ref}::${SETTINGS_TYPE}::settings`,
    type: SETTINGS_TYPE,
    op: before === undefined ? "create" : after === undefined ? "delete" : "update",
    custom: true,
    oldInputs: before ?? {},
    oldOutputs: {},
    newInputs: after ?? {},
    differences: changed.sort().map((path) => ({ path, kind: "update", inputs: true })),
  };
}
