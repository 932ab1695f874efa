import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import type { CliContext } from "../context.ts";
import { baseDigest } from "../plan/baseDigest.ts";
import type { BasePlan } from "../plan/basePlan.ts";
import { runSetup } from "../setup/setup.ts";
import { lockInstance } from "./lockInstance.ts";
import { planChanges } from "./planChanges.ts";

/** What an `up` would do, with the digest that stands for it. For whoever holds the instance. */
export async function planUp(context: CliContext, refresh: boolean): Promise<BasePlan> {
  const { instance, paths } = context;
  const changes = await planChanges(context, refresh);
  // Read afterwards: with the first run the engine writes its salt into the settings.
  const [settings, passphrase] = await Promise.all([
    readFile(paths.stackConfig, "utf8"),
    readFile(paths.passphrase, "utf8"),
  ]);
  const inputs = { instance, refresh, settings: (parse(settings) ?? null) as unknown, passphrase };
  const confirm = changes.some(({ destructive }) => destructive) ? instance : null;
  return { digest: baseDigest(inputs, changes), confirm, changes };
}

/** Finds out what an `up` would do, and changes nothing. */
export async function previewUp(context: CliContext, refresh: boolean): Promise<BasePlan> {
  await runSetup(context);
  const lock = await lockInstance(context, "supalove up --preview");
  try {
    return await planUp(context, refresh);
  } finally {
    await lock.release();
  }
}
