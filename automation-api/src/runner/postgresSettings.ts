import { isDeepStrictEqual } from "node:util";
import { planSize } from "@supalove/components/project/dedicated/planSize.ts";
import { Size, StackSettings } from "@supalove/contracts";
import { containersFault } from "./healthGate.ts";
import type { ProjectFacts } from "./projectSpec.ts";
import { makeAsRow } from "./rollBackUpgrade.ts";
import type { Ending, Run } from "./run.ts";
import { passEnds } from "./upgradeProject.ts";

const POSTGRES = ["db"] as const;

/**
 * A change of what a dedicated project's Postgres is told to use, which it may not come up with. One along with a rotation
 * goes on to its end: keys and passwords that were drawn are not taken back.
 */
export function changesPostgres({ input, project }: Run, wished: ProjectFacts): boolean {
  const { keys, passwords } = input.change ?? {};
  if (project.plan !== "dedicated" || input.creates || project.paused) return false;
  return (keys ?? passwords) === undefined && !isDeepStrictEqual(planOf(project), planOf(wished));
}

function planOf({ size, stack }: ProjectFacts) {
  const { db, postgres } = planSize(Size.parse(size), StackSettings.parse(stack).postgresSettings);
  return { db, postgres };
}

/** Waits for Postgres, which the engine does not. @returns how the change ends where Postgres does not come up */
export async function untilPostgresRuns(run: Run, wished: ProjectFacts): Promise<Ending | undefined> {
  const fault = await containersFault(run, { project: wished, fresh: POSTGRES, signal: run.ended }, POSTGRES);
  run.checkEnded();
  return fault === undefined ? undefined : takeBackSettings(run, fault);
}

/**
 * Brings the size and the settings back that a project's row still has; its volume is not touched. Cut off, the change begins
 * anew and ends here again.
 */
export async function takeBackSettings(run: Run, why: string): Promise<Ending> {
  run.journal.phase("rollback", "Bringing the former size and settings back");
  const fault = await goBack(run).catch((error: unknown) => {
    passEnds(run, error);
    run.services.logger.error({ err: error }, "the rollback of a change failed unexpectedly");
    return "something went wrong in the runner";
  });
  run.checkEnded();
  if (fault === undefined) {
    return {
      status: "failed",
      projectStatus: run.input.status_if_cancelled === "ACTIVE_UNHEALTHY" ? "ACTIVE_UNHEALTHY" : "ACTIVE_HEALTHY",
      error: {
        code: "change_rolled_back",
        message: `The change was taken back, because ${why}. The project runs with its former size and settings and has its data.`,
        next_step: "Choose other Postgres settings, or a size that has more memory for them.",
      },
    };
  }
  run.services.logger.error({ operation: run.operation.id, fault }, "a change could not be rolled back");
  return {
    status: "failed",
    projectStatus: "ACTIVE_UNHEALTHY",
    error: {
      code: "change_not_rolled_back",
      message: `The change did not go on, because ${why}; and the former size and settings did not come back, because ${fault}. Its data is in its volume.`,
      next_step:
        "Look at the project's stack, put right what is wrong on its server, then restore the project, which makes it as it was.",
    },
  };
}

/** @returns what is wrong with Postgres afterwards */
async function goBack(run: Run): Promise<string | undefined> {
  const outcome = await makeAsRow(run, POSTGRES);
  if (outcome.status === "failed") return outcome.error.message.replace(/\.$/, "");
  if (outcome.status !== "succeeded") return "the engine was stopped";
  return containersFault(run, { project: run.project, fresh: POSTGRES, signal: run.ended }, POSTGRES);
}
