import type { UpCommand } from "./movePorts.ts";
import { type EngineInput, engineInput } from "./projectSpec.ts";
import type { Ending, Run } from "./run.ts";
import { upSurvivingCrashes } from "./upProject.ts";

/**
 * Takes a dedicated project's containers away; its network, its volume and its secrets stay. One that does not come to its
 * end is taken back: the project is then up as before.
 * @param cancelled an earlier run was cut off, and since then nobody wants the pause any more
 */
export async function pauseStack(run: Run, cancelled: boolean): Promise<Ending> {
  const { ref } = run.project;
  if (cancelled) return takeBack(run, { status: "cancelled" });
  // The gateway first: it says "paused" then, instead of meeting a closed door.
  await run.lease.transaction(async (tx) => {
    await tx.tenant.update({ where: { ref }, data: { status: "paused" } });
  });
  const outcome = await upSurvivingCrashes(run, await stackCommand(run, true));
  if (outcome.status === "failed") return takeBack(run, { status: "failed", error: outcome.error });
  if (outcome.status !== "succeeded") return takeBack(run, { status: "cancelled" });
  return {
    status: "succeeded",
    projectStatus: "INACTIVE",
    write: async (tx) => {
      await tx.project.update({ where: { ref }, data: { paused: true } });
    },
  };
}

/** The command that makes a dedicated project's stack as its row says, with or without its containers. */
export async function stackCommand(run: Run, paused: boolean): Promise<UpCommand> {
  return upCommand(run, await engineInput(run.services, { ...run.project, paused }));
}

/** The command that makes the stack of a project that was ready once what an input says. */
export const upCommand = (run: Run, { spec, place, secrets }: EngineInput): UpCommand => ({
  action: "up",
  refresh: false,
  holdsData: secrets.jwt_secret !== undefined,
  spec,
  place,
  presence: "existing",
  recover: run.interrupted,
  secrets: Object.values(secrets),
});

/** The project goes on as before; where that can't be made sure, it counts as unhealthy, and restoring it does. */
async function takeBack(run: Run, ending: Pick<Ending, "status" | "error">): Promise<Ending> {
  const { ref } = run.project;
  run.journal.phase("rollback", "Bringing the containers back");
  // What the stopped run left is looked at first: the state may know of a container that is gone.
  const back = await run.engine({ ...(await stackCommand(run, false)), presence: "unknown", recover: true }, false);
  return {
    ...ending,
    projectStatus: back.status === "succeeded" ? run.input.status_if_cancelled : "ACTIVE_UNHEALTHY",
    write: async (tx) => {
      await tx.tenant.update({ where: { ref }, data: { status: "active" } });
    },
  };
}
