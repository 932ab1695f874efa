import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { runSetup } from "../setup/setup.ts";
import type { PlatformStatus } from "../status/assemble.ts";
import { takeLock } from "../system/machineLock.ts";
import { adminLogin, type Login } from "./adminLogin.ts";
import { type PlannedChange, plannedChange } from "./describeChanges.ts";
import { createdAnew, forgetMissing, missingFromDocker, refuseLostData } from "./missingFromDocker.ts";
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
 * @throws CliError one sentence and a next step
 */
export async function bringUp(context: CliContext): Promise<UpResult> {
  await runSetup(context);
  const lock = await lockInstance(context, "supalove up");
  try {
    await prepareConfig(context);
    const before = await instanceContainers(context);
    await requireFreePorts(context, before);
    const platform = await openStack(context);
    const recovered = await recoverInterrupted(context, platform);
    const missing = await missingFromDocker(platform, await instanceContainers(context));
    refuseLostData(missing);
    if (missing.length > 0) await forgetMissing(platform, missing);
    const there = await instanceContainers(context);
    let started = await startForProviders(context, there);
    // Looking at everything asks the databases, so they have to be there.
    const refresh = recovered && missing.length === 0;
    const changed = await runEngine(context, "up", platform.stack, (stack, options) =>
      stack.up({ ...options, refresh }),
    );
    started += await startStopped(await instanceContainers(context));
    const status = await waitHealthy(context);
    return { status, changed, started, login: adminLogin(await platform.outputs(), status) };
  } finally {
    await lock.release();
  }
}

/** Finds out what an `up` would change. */
export async function previewUp(context: CliContext): Promise<readonly PlannedChange[]> {
  await runSetup(context);
  const lock = await lockInstance(context, "supalove up --preview");
  try {
    await prepareConfig(context);
    const platform = await openStack(context);
    const missing = await missingFromDocker(platform, await instanceContainers(context));
    refuseLostData(missing);
    const gone = new Set(missing.map(({ urn }) => urn));
    const changes: PlannedChange[] = [...createdAnew(missing)];
    await runEngine(
      context,
      "preview",
      platform.stack,
      (stack, options) => stack.preview({ ...options, diff: true }),
      (event) => {
        const change = gone.has(event.resourcePreEvent?.metadata.urn ?? "") ? undefined : plannedChange(event);
        if (change !== undefined) changes.push(change);
      },
    );
    return changes;
  } finally {
    await lock.release();
  }
}
