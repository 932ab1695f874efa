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
import { runSetup } from "../setup/setup.ts";
import type { PlatformStatus } from "../status/assemble.ts";
import { takeLock } from "../system/machineLock.ts";
import { adminLogin, type Login } from "./adminLogin.ts";
import { lookOptions } from "./lookOptions.ts";
import { attached, mendNetworks } from "./mendNetworks.ts";
import {
  createdAnew,
  dockerNetworks,
  forgetMissing,
  missingFromDocker,
  refuseLostData,
  strandedIn,
} from "./missingFromDocker.ts";
import { prepareConfig, requireFreePorts } from "./prepare.ts";
import { recoverInterrupted } from "./recoverInterrupted.ts";
import { runEngine } from "./runEngine.ts";
import { openStack } from "./stack.ts";
import { instanceContainers, startForProviders, startStopped } from "./startContainers.ts";
import { waitHealthy } from "./waitHealthy.ts";

/** How an `up` ended. */
export interface UpResult {
  readonly status: PlatformStatus;
  /** Resources that were changed; zero when everything was as it should be. */
  readonly changed: number;
  readonly started: number;
  /** Undefined where the platform has no identity provider. */
  readonly login: Login | undefined;
}

/** Holds the instance for one run that changes it. */
export function lockInstance(context: CliContext, purpose: string) {
  return takeLock(context.paths.dir, purpose, (holder) => {
    throw new CliError(
      `${holder} is at work on instance ${context.instance}`,
      "wait for it to end, then run this again",
    );
  });
}

/**
 * Brings an instance up, from whatever state it is in, and waits until it is healthy.
 * @param repair also puts right what was changed by hand, which takes a look at everything
 * @throws CliError one sentence and a next step
 */
export async function bringUp(context: CliContext, repair = false): Promise<UpResult> {
  await runSetup(context);
  const lock = await lockInstance(context, "supalove up");
  try {
    await prepareConfig(context);
    const before = await instanceContainers(context);
    await requireFreePorts(context, before);
    const platform = await openStack(context);
    const recovered = await recoverInterrupted(context, platform);
    const { deployment } = await platform.stack.exportStack();
    const found = await instanceContainers(context);
    const missing = await missingFromDocker(deployment, found);
    refuseLostData(missing);
    if (missing.length > 0) await forgetMissing(platform, missing);
    const lost = new Set(missing.filter(({ kind }) => kind === "network").map(({ name }) => name));
    // Before the engine runs: its providers reach the databases over one of them.
    let mended = await mendNetworks(networkDrift(deployment, attached(found), lost), repair);
    const there = await instanceContainers(context);
    let started = await startForProviders(context, there);
    // Looking at everything asks the databases, so they have to be there.
    const run = (refresh: boolean) =>
      runEngine(context, "up", platform.stack, (stack, options) => stack.up({ ...options, refresh }));
    let changed = await run((recovered || repair) && missing.length === 0);
    const still = await instanceContainers(context);
    // Containers of a project whose network is gone can't start: they wait for their project to be run again.
    const stranded = strandedIn(still, await dockerNetworks());
    started += await startStopped(still, ({ Id }) => !stranded.has(Id));
    // Again where that may have brought up more: a network that was gone, containers that stood still.
    if (started > 0 || lost.size > 0) {
      const { deployment } = await platform.stack.exportStack();
      mended += await mendNetworks(networkDrift(deployment, attached(await instanceContainers(context))), repair);
    }
    if (repair && missing.length > 0) changed += await run(true);
    const status = await waitHealthy(context);
    return { status, changed: changed + mended, started, login: adminLogin(await platform.outputs(), status) };
  } finally {
    await lock.release();
  }
}

/**
 * Finds out what an `up` would change, in the words of every preview and without a secret.
 * @param purpose the command, for whoever finds the instance taken
 * @param refresh looks at the real resources first, so that what was changed by hand shows; nothing is written
 */
export async function previewUp(
  context: CliContext,
  purpose = "supalove up --preview",
  refresh = false,
): Promise<readonly PlannedChange[]> {
  await runSetup(context);
  const lock = await lockInstance(context, purpose);
  try {
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
  } finally {
    await lock.release();
  }
}
