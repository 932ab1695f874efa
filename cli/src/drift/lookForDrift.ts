import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { instanceExists } from "../instance/folder.ts";
import { lockInstance } from "../platform/lockInstance.ts";
import { planChanges } from "../platform/planChanges.ts";
import { runSetup } from "../setup/setup.ts";
import { acceptLook } from "./acceptLook.ts";
import { afterFailure, afterLook, type BaseDrift, driftView, readLook, writeLook } from "./lastLook.ts";

/** Compares the platform with what it should be, and keeps what it finds; nothing else is written. */
export async function lookForDrift(context: CliContext): Promise<BaseDrift> {
  const { paths, signal } = context;
  await runSetup(context);
  const lock = await lockInstance(context, "supalove drift");
  try {
    const changes = await planChanges(context, true);
    const look = afterLook(await readLook(paths), changes, new Date());
    await writeLook(paths, look);
    return driftView(look);
  } catch (error) {
    // One that was ended did not fail. What nobody foresaw may hold anything: its words are not kept.
    if (!signal.aborted && (await instanceExists(paths))) {
      const message = error instanceof CliError ? error.message : "unexpected error";
      await writeLook(paths, afterFailure(await readLook(paths), message));
    }
    throw error;
  } finally {
    await lock.release();
  }
}

/** Leaves what the last look found as it is. @throws CliError see `acceptLook` */
export async function acceptDrift(context: CliContext, digest: string): Promise<BaseDrift> {
  const lock = await lockInstance(context, "supalove drift --accept");
  try {
    const look = acceptLook(await readLook(context.paths), digest);
    await writeLook(context.paths, look);
    return driftView(look);
  } finally {
    await lock.release();
  }
}
