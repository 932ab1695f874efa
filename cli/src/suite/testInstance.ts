import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type CliContext, forInstance } from "../context.ts";
import { CliError } from "../errors.ts";
import { createFileOnce } from "../instance/atomicFile.ts";
import { instanceExists } from "../instance/folder.ts";
import { destroyInstance } from "../platform/destroy.ts";
import { bringUp } from "../platform/up.ts";
import { type HeldLock, takeLock } from "../system/machineLock.ts";

/** How the names of instances begin that test runs make. */
export const PREFIX = "slt-";
/** File in the folder of one that is to stay. */
export const KEPT = "kept";

/** Lock that a test run holds on its instance. */
export const runLock = (context: CliContext) => `${context.paths.dir}#test`;

/** An instance that tests run against. */
export interface TestInstance {
  readonly context: CliContext;
  /** Takes it away, unless it is to be kept. */
  dispose(): Promise<void>;
}

/**
 * Brings up an instance for a test run, beside whatever runs.
 * @param name an instance of the caller's choice, which is kept when it was there before; else a new one is made
 * @param keep leaves the instance there afterwards
 */
export async function openTestInstance(
  context: CliContext,
  name: string | undefined,
  keep: boolean,
): Promise<TestInstance> {
  const own = forInstance(context, name ?? `${PREFIX}${randomBytes(3).toString("hex")}`);
  const lock = await takeLock(runLock(own), "supalove test", (holder) => {
    throw new CliError(
      `${holder} uses instance ${own.instance}`,
      "wait for it to end, or name another with --instance",
    );
  });
  const kept = keep || (await instanceExists(own.paths));
  const dispose = () => end(own, lock, kept);
  try {
    context.terminal.info(`bringing up the test instance ${own.instance}`);
    await bringUp(own);
    if (keep) await createFileOnce(join(own.paths.dir, KEPT), "");
    return { context: own, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function end(context: CliContext, lock: HeldLock, keep: boolean): Promise<void> {
  // Also after ctrl-C: the clean-up does not listen to that any more.
  const unstoppable = { ...context, signal: new AbortController().signal };
  try {
    if (keep)
      context.terminal.info(
        `the test instance ${context.instance} is kept: ./supalove destroy --instance ${context.instance}`,
      );
    else await destroyInstance(unstoppable);
  } finally {
    await lock.release();
  }
}
