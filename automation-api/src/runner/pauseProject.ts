import type { ClusterAccess, OperationError } from "@supalove/contracts";
import { pauseStack } from "./pauseStack.ts";
import { engineInput } from "./projectSpec.ts";
import type { Ending, Run } from "./run.ts";

/**
 * The gateway refuses a paused project's requests, and its database lets no login in; its data is not touched. Each step
 * may be done again, so a pause that was cut off is simply begun anew.
 */
export async function pauseProject(run: Run): Promise<Ending> {
  const { ref } = run.project;
  const cancelled = run.lease.cancelled.aborted || run.operation.cancelRequestedAt !== null;
  if (cancelled && !run.interrupted) return { status: "cancelled", projectStatus: run.input.status_if_cancelled };
  const { place: cluster } = await engineInput(run.services, run.project);
  if (cluster.kind === "server") return pauseStack(run, cancelled);
  if (cancelled) return takeBack(run, cluster, { status: "cancelled" });
  // The gateway first: it says "paused" then, instead of meeting a closed door.
  await run.lease.transaction(async (tx) => {
    await tx.tenant.update({ where: { ref }, data: { status: "paused" } });
  });
  try {
    await run.services.logins.close(cluster, ref);
  } catch (error) {
    run.checkEnded();
    run.services.logger.error({ err: error }, "the logins of a project could not be closed");
    return takeBack(run, cluster, { status: "failed", error: NOT_CLOSED });
  }
  return { status: "succeeded", projectStatus: "INACTIVE" };
}

const NOT_CLOSED: OperationError = {
  code: "cluster_unreachable",
  message: "The project's database could not be closed, so the project was not paused.",
  next_step: "Check with `./supalove status` that all parts run, then try again.",
};

/** The project goes on as before; where that can't be made sure, it counts as unhealthy, and restoring it does. */
async function takeBack(run: Run, cluster: ClusterAccess, ending: Pick<Ending, "status" | "error">): Promise<Ending> {
  const { ref } = run.project;
  const open = await run.services.logins.open(cluster, ref).then(
    () => true,
    () => false,
  );
  return {
    ...ending,
    projectStatus: open ? run.input.status_if_cancelled : "ACTIVE_UNHEALTHY",
    write: async (tx) => {
      await tx.tenant.update({ where: { ref }, data: { status: "active" } });
    },
  };
}
