import type { KeyGenerations, Size } from "@supalove/contracts";
import { tenantLimits } from "../projects/tenantLimits.ts";
import { databaseQuota } from "../watchdog/planQuota.ts";

const GIB = 1024 ** 3;

interface Facts {
  readonly name: string;
  readonly plan: string;
  readonly size: Size;
  readonly keys: KeyGenerations;
  readonly passwordGeneration: number;
}

/** What the control plane itself keeps of a project and people may know: a preview compares it as it compares resources. */
export function projectSettings({ name, plan, size, keys, passwordGeneration }: Facts) {
  const { restPool, ...atTheGateway } = tenantLimits(size);
  // When an overlap ends follows from when it is applied, so that it is in no preview.
  const { generation, previous } = keys;
  const secrets = {
    keys: { generation, overlapHours: previous?.overlapHours ?? null },
    passwords: passwordGeneration,
  };
  // A dedicated project's database grows as far as its server's disk, and its PostgREST is its own.
  if (plan === "dedicated") return { name, plan, size, limits: atTheGateway, ...secrets };
  const limits = { ...atTheGateway, restPool };
  return { name, plan, size, databaseQuota: `${databaseQuota(size) / GIB} GiB`, limits, ...secrets };
}
