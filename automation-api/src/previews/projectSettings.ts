import type { Size } from "@supalove/contracts";
import { tenantLimits } from "../projects/tenantLimits.ts";

/** What the control plane itself keeps of a project and people may know: a preview compares it as it compares resources. */
export function projectSettings({ name, plan, size }: { name: string; plan: string; size: Size }) {
  return { name, plan, size, limits: { ...tenantLimits(size) } };
}
