import type { Size } from "@supalove/contracts";
import { tenantLimits } from "../projects/tenantLimits.ts";
import { databaseQuota } from "../watchdog/planQuota.ts";

const GIB = 1024 ** 3;

/** What the control plane itself keeps of a project and people may know: a preview compares it as it compares resources. */
export function projectSettings({ name, plan, size }: { name: string; plan: string; size: Size }) {
  const limits = { ...tenantLimits(size) };
  // A dedicated project's database may grow as far as its server's disk.
  if (plan === "dedicated") return { name, plan, size, limits };
  return { name, plan, size, databaseQuota: `${databaseQuota(size) / GIB} GiB`, limits };
}
