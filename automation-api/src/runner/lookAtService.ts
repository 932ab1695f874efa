import { plannedChanges } from "@supalove/components/preview/plannedChanges.ts";
import { Redactor } from "@supalove/components/preview/redactor.ts";
import { restartStep } from "@supalove/components/preview/restartStep.ts";
import type { StackService } from "@supalove/contracts";
import type { EngineOutcome } from "../engine/protocol.ts";
import { restartFault } from "./restartService.ts";
import type { Run } from "./run.ts";
import { ServiceMissing } from "./stackPort.ts";
import { watchedStack } from "./watchedStack.ts";

/** What the restart of a dedicated project's service would do: the server is asked whether its container is there and runs. */
export async function lookAtService({ services, project }: Run, service: StackService): Promise<EngineOutcome> {
  try {
    const containers = await services.stacks.look(await watchedStack(services, project));
    const found = containers.find((container) => container.service === service);
    if (found === undefined || found.state === "missing") throw new ServiceMissing(service);
    const step = restartStep(project.ref, service, found.state !== "stopped");
    return { status: "previewed", changes: plannedChanges([step], new Redactor()) };
  } catch (error) {
    services.logger.error({ err: error }, "the restart of a service could not be looked at");
    return { status: "failed", error: restartFault(service, error) };
  }
}
