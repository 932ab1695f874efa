import type { Place, ProjectRef } from "@supalove/contracts";
import { sweepStack } from "./sweepStack.ts";
import { sweepTenant } from "./sweepTenant.ts";

/**
 * Removes what bears a project's names where it lived. A run that was killed between the making of something and the writing
 * of the state leaves what no state knows; only for projects that never were ready, or that are being deleted.
 */
export async function sweepProject(place: Place, ref: ProjectRef): Promise<void> {
  await (place.kind === "cluster" ? sweepTenant(place, ref) : sweepStack(place, ref));
}
