import { LABELS } from "@supalove/contracts";
import { z } from "zod";
import type { CliContext } from "../context.ts";
import { mustDocker, thingsWith } from "../docker/docker.ts";
import { CliError } from "../errors.ts";
import { engineEnv } from "./engineEnv.ts";
import { endProcesses, orphanedEngineProcesses } from "./orphans.ts";
import type { PlatformStack } from "./stack.ts";
import { engineLocks, lockIsStale } from "./staleLocks.ts";
import { instanceContainers } from "./startContainers.ts";

const Deployment = z.object({
  resources: z.array(z.object({ type: z.string(), id: z.string().optional() })).default([]),
  pending_operations: z.array(z.unknown()).nullish(),
});

/**
 * Clears what a killed run left: its processes, its lock on the stack, and containers and networks that were made but
 * never recorded, whose names the next run would stumble over. Volumes stay: making one that is there is no error.
 * @returns true when there was something to clear
 * @throws CliError when a run that still lives has the lock
 */
export async function recoverInterrupted(context: CliContext, { stack }: PlatformStack): Promise<boolean> {
  const url = engineEnv(context.config, context.paths, context.instance)["PULUMI_BACKEND_URL"] ?? "";
  const orphans = await orphanedEngineProcesses(url);
  await endProcesses(orphans);
  const locks = await engineLocks(context.paths, context.instance);
  if (locks.length === 0) return orphans.length > 0;
  for (const lock of locks) {
    if (await lockIsStale(lock)) continue;
    throw new CliError(
      `pulumi (process ${lock.pid} on ${lock.hostname}) is working on this stack`,
      "wait for it to end, then run this again",
    );
  }
  context.terminal.info("the last run did not end in order; clearing what it left");
  await stack.cancel();
  const exported = await stack.exportStack();
  const state = Deployment.parse(exported.deployment ?? {});
  if ((state.pending_operations ?? []).length > 0) {
    await stack.importStack({ ...exported, deployment: { ...exported.deployment, pending_operations: [] } });
  }
  const known = new Set(state.resources.map(({ id }) => id));
  const strangers = (await instanceContainers(context)).filter(
    ({ Id, Config }) => !known.has(Id) && Config.Labels?.[LABELS.project] === undefined,
  );
  if (strangers.length > 0) await mustDocker(["rm", "--force", ...strangers.map(({ Id }) => Id)]);
  for (const { id, project } of await thingsWith("network", `${LABELS.instance}=${context.instance}`)) {
    if (project === "" && !known.has(id)) await mustDocker(["network", "rm", id]);
  }
  return true;
}
