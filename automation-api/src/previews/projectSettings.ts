import type { Size } from "@supalove/contracts";
import { tenantLimits } from "../projects/tenantLimits.ts";
import { databaseQuota } from "../watchdog/planQuota.ts";

const GIB = 1024 ** 3;

/** What the control plane itself keeps of a project and people may know: a preview compares it as it compares resources. */
export function projectSettings({ name, plan, size }: { name: string; plan: string; size: Size }) {
  const { restPool, ...atTheGateway } = tenantLimits(size);
  // A dedicated project's database grows as far as its server's disk, and its PostgREST is its own.
  if (plan === "dedicated") return { name, plan, size, limits: atTheGateway };
  return { name, plan, size, databaseQuota: `${databaseQuota(size) / GIB} GiB`, limits: { ...atTheGateway, restPool } };
}
