import { networkDrift, networkSteps } from "@supalove/components/docker/networkDrift.ts";
import {
  collectSecrets,
  type PlannedStep,
  plannedChanges,
  plannedStep,
  Redactor,
  revealStateSecrets,
} from "@supalove/components/preview/index.ts";
import { PLATFORM_SERVICES } from "@supalove/contracts";
import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { lookOptions } from "./lookOptions.ts";
import { attached } from "./mendNetworks.ts";
import { createdAnew, missingFromDocker, refuseLostData } from "./missingFromDocker.ts";
import { removeOldLogs } from "./oldLogs.ts";
import { prepareConfig } from "./prepare.ts";
import { runEngine } from "./runEngine.ts";
import { openStack } from "./stack.ts";
import { instanceContainers } from "./startContainers.ts";

/**
 * Finds out what an `up` would change, in the words of every preview and without a secret. For whoever holds the instance.
 * @param refresh looks at the real resources first, so that what was changed by hand shows; nothing is written
 */
export async function planChanges(context: CliContext, refresh: boolean): Promise<readonly PlannedChange[]> {
  await prepareConfig(context);
  // Hosts and logins stand beside passwords in the program; they are no secrets.
  const redactor = new Redactor(["127.0.0.1", "localhost", "supabase_admin", ...PLATFORM_SERVICES]);
  const platform = await openStack(context, () => collectSecrets(redactor));
  const containers = await instanceContainers(context);
  const { deployment } = await platform.stack.exportStack();
  const missing = refresh ? [] : await missingFromDocker(deployment, containers);
  refuseLostData(missing);
  const gone = new Set(missing.map(({ urn }) => urn));
  const strayed = networkDrift(deployment, attached(containers)).filter(({ lost }) => refresh || lost.length > 0);
  const steps: PlannedStep[] = [...createdAnew(missing), ...networkSteps(strayed)];
  const look = refresh ? await lookOptions(platform, containers) : {};
  await removeOldLogs(context.paths.logs, "preview");
  await runEngine(
    context,
    "preview",
    platform.stack,
    (stack, options) => stack.preview({ ...options, ...look }),
    (event) => {
      const step = plannedStep(event);
      if (step !== undefined && !gone.has(step.urn)) steps.push(step);
    },
  );
  if (!(await revealStateSecrets(platform.stack, redactor))) {
    throw new CliError(
      "the stack's state could not be asked for its secrets, so its changes are not shown",
      "run this again; ./supalove doctor looks for what is wrong",
    );
  }
  return plannedChanges(steps, redactor);
}
