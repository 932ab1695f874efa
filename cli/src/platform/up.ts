import { networkDrift } from "@supalove/components/docker/networkDrift.ts";
import type { CliContext } from "../context.ts";
import { forgetLook } from "../drift/lastLook.ts";
import { type Pinned, previewStale, requirePinned } from "../plan/basePlan.ts";
import { runSetup } from "../setup/setup.ts";
import type { PlatformStatus } from "../status/assemble.ts";
import { adminLogin, type Login } from "./adminLogin.ts";
import { lockInstance } from "./lockInstance.ts";
import { attached, mendNetworks } from "./mendNetworks.ts";
import { dockerNetworks, forgetMissing, missingFromDocker, refuseLostData, strandedIn } from "./missingFromDocker.ts";
import { prepareConfig, requireFreePorts } from "./prepare.ts";
import { planUp } from "./previewUp.ts";
import { recoverInterrupted } from "./recoverInterrupted.ts";
import { runEngine } from "./runEngine.ts";
import { openStack } from "./stack.ts";
import { engineLocks } from "./staleLocks.ts";
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

/** What an `up` is to do beside bringing up. */
interface UpWishes {
  /** Also puts right what was changed by hand, which takes a look at everything. */
  readonly repair?: boolean;
  /** Does exactly this, or nothing. */
  readonly pinned?: Pinned | undefined;
}

/**
 * Brings an instance up, from whatever state it is in, and waits until it is healthy.
 * @throws CliError one sentence and a next step
 */
export async function bringUp(context: CliContext, { repair = false, pinned }: UpWishes = {}): Promise<UpResult> {
  await runSetup(context);
  const lock = await lockInstance(context, "supalove up");
  try {
    await prepareConfig(context);
    const before = await instanceContainers(context);
    await requireFreePorts(context, before);
    if (pinned !== undefined) await secondLook(context, pinned, repair);
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
    let changed = await run(((recovered && pinned === undefined) || repair) && missing.length === 0);
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
    if (repair) await forgetLook(context.paths);
    const status = await waitHealthy(context);
    return { status, changed: changed + mended, started, login: adminLogin(await platform.outputs(), status) };
  } finally {
    await lock.release();
  }
}

/** Right before a pinned run, and while nobody else can start one. @throws CliError where something else would happen */
async function secondLook(context: CliContext, pinned: Pinned, repair: boolean): Promise<void> {
  // Clearing what a run left that was cut off is nothing that a preview shows.
  if ((await engineLocks(context.paths, context.instance)).length > 0) {
    throw previewStale(repair, "a run of the engine is under way, or was cut off, which ./supalove up goes on from");
  }
  context.terminal.info("looking once more at what would happen");
  requirePinned(await planUp(context, repair), pinned, repair);
}
