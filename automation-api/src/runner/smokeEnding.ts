import { setTimeout as sleep } from "node:timers/promises";
import type { ProjectFacts } from "./projectSpec.ts";
import type { Ending, Run } from "./run.ts";
import { hasRest } from "./smoke.ts";
import { stackFault } from "./stackFault.ts";
import { watchedStack } from "./watchedStack.ts";

/**
 * Sees that a project answers through the gateway; the last step of everything that brings one up.
 * @param project as the operation makes it, where its row may say something else
 */
export async function smokeEnding(run: Run, anonKey: string, project: ProjectFacts = run.project): Promise<Ending> {
  run.journal.phase("smoke", "Asking for the project through the gateway");
  const { smoke } = run.services;
  const fault = (await smoke(project, anonKey, run.ended)) ?? (await databaseFault(run, project));
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

/** Without REST no request reaches the database: its container is waited for instead. */
async function databaseFault({ services, ended }: Run, project: ProjectFacts): Promise<string | undefined> {
  if (hasRest(project)) return undefined;
  const { stacks, health, logger } = services;
  const stack = await watchedStack(services, project);
  const deadline = performance.now() + health.withinMs;
  for (;;) {
    const containers = await stacks.look(stack).catch((error: unknown) => {
      logger.warn({ err: error, project: project.ref }, "the database of a project could not be looked at");
      return undefined;
    });
    const database = containers?.filter(({ service }) => service === "db");
    const fault = database === undefined ? "its server does not answer" : stackFault(database);
    if (fault === undefined || ended.aborted || performance.now() > deadline) return fault;
    await sleep(health.pauseMs, undefined, { signal: ended }).catch(() => undefined);
  }
}
