import { setTimeout as sleep } from "node:timers/promises";
import type { ManagedProcess } from "./managedProcess.ts";
import type { ProcessClient } from "./processSpec.ts";

const ASK_EVERY_MS = 500;
/** Time a process gets to find back to its database by itself once that is up. */
const OWN_RECOVERY_MS = 1_000;

/**
 * Waits until a process whose database went away is well again, or until the database is back and the process is not.
 * PostgREST pauses up to 32 s between its own attempts; a new process is there in a fraction of a second.
 * @returns true when the process should be replaced
 */
export async function healWhenDependencyIsBack<C extends ProcessClient>(process: ManagedProcess<C>): Promise<boolean> {
  const sick = () => process.sickSince !== undefined && process.state === "ready";
  let backSince: number | undefined;
  while (sick()) {
    await sleep(ASK_EVERY_MS);
    if (!sick()) return false;
    if (await process.spec.dependencyUp().catch(() => false)) backSince ??= Date.now();
    else backSince = undefined;
    if (backSince === undefined || Date.now() - backSince < OWN_RECOVERY_MS) continue;
    // A tenant's own function may answer 503 as well, so the process is asked before it is called sick for good.
    if (!(await process.spec.serves(process.client).catch(() => false))) return sick();
    process.sickSince = undefined;
  }
  return false;
}
