import type { Ending, Run } from "./run.ts";

/** The gateway refuses a paused project's requests and lets go of its connections; its data is not touched. */
export async function pauseProject(run: Run): Promise<Ending> {
  const { ref } = run.project;
  if (run.lease.cancelled.aborted) return { status: "cancelled", projectStatus: run.input.status_if_cancelled };
  return {
    status: "succeeded",
    projectStatus: "INACTIVE",
    write: async (tx) => {
      await tx.tenant.update({ where: { ref }, data: { status: "paused" } });
    },
  };
}
