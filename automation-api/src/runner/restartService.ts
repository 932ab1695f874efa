import type { OperationError, StackService } from "@supalove/contracts";
import { openProjectSecrets } from "../secrets/openProjectSecrets.ts";
import type { Ending, Run } from "./run.ts";
import { smokeEnding } from "./smokeEnding.ts";
import { ServiceMissing, ServiceUnhealthy } from "./stackPort.ts";
import { watchedStack } from "./watchedStack.ts";

/** Starts one container of a dedicated project anew. It may be done again, so one that was cut off is begun anew. */
export async function restartService(run: Run): Promise<Ending> {
  const { services, input, project } = run;
  const service = input.service;
  if (service === undefined) throw new Error(`operation ${run.operation.id} names no service`);
  if (run.lease.cancelled.aborted) return { status: "cancelled", projectStatus: input.status_if_cancelled };
  run.journal.phase("restart", `Stopping ${service} and starting it again`);
  try {
    await services.stacks.restart(await watchedStack(services, project), service, run.ended);
  } catch (error) {
    run.checkEnded();
    services.logger.error({ err: error }, "a service could not be restarted");
    return { status: "failed", error: restartFault(service, error), projectStatus: "ACTIVE_UNHEALTHY" };
  }
  run.checkEnded();
  const { anon_key } = await openProjectSecrets(services, { ...project, status: "ACTIVE_HEALTHY" }, ["anon_key"]);
  return smokeEnding(run, anon_key);
}

/** Why a service can't be restarted, in words. */
export function restartFault(service: StackService, error: unknown): OperationError {
  if (error instanceof ServiceMissing) {
    return {
      code: "service_missing",
      message: `There is no container of ${service} to restart.`,
      next_step: "Look for drift and repair it, which makes the container.",
    };
  }
  if (error instanceof ServiceUnhealthy) {
    return {
      code: "service_unhealthy",
      message: `${service} was restarted and did not become healthy.`,
      next_step: "Look at the project's stack; undo the last change of its settings, or repair its drift.",
    };
  }
  return {
    code: "docker_unreachable",
    message: "The server's container engine does not answer.",
    next_step: "Start it, then try again; `./supalove doctor` checks it.",
  };
}
