import { engineInput } from "./projectSpec.ts";
import { resumeStack } from "./resumeStack.ts";
import type { Ending, Run } from "./run.ts";
import { smokeEnding } from "./smokeEnding.ts";

/**
 * Opens a paused project's database, lets its requests through again and sees that they are answered. One that was cut off
 * may have opened it: it goes on, or back, to where the project is one or the other.
 */
export async function resumeProject(run: Run): Promise<Ending> {
  const { ref } = run.project;
  if (run.lease.cancelled.aborted && !run.interrupted)
    return { status: "cancelled", projectStatus: run.input.status_if_cancelled };
  const { place: cluster, secrets } = await engineInput(run.services, run.project);
  if (cluster.kind === "server") return resumeStack(run);
  await run.services.logins.open(cluster, ref);
  await run.lease.transaction(async (tx) => {
    await tx.tenant.update({ where: { ref }, data: { status: "active" } });
  });
  return smokeEnding(run, secrets.anon_key ?? "");
}
