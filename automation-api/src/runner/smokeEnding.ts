import type { Ending, Run } from "./run.ts";

/** Sees that a project answers through the gateway; the last step of everything that brings one up. */
export async function smokeEnding(run: Run, anonKey: string): Promise<Ending> {
  run.journal.phase("smoke", "Asking for the project through the gateway");
  const fault = await run.services.smoke(run.project.ref, anonKey, run.ended);
  run.checkEnded();
  if (fault === undefined) return { status: "succeeded", projectStatus: "ACTIVE_HEALTHY" };
  return {
    status: "failed",
    projectStatus: "ACTIVE_UNHEALTHY",
    error: {
      code: "smoke_failed",
      message: `The project is there, but ${fault}.`,
      next_step:
        "It becomes healthy by itself once the gateway serves it; `./supalove status` shows whether the gateway runs.",
    },
  };
}
