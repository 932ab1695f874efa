import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CliContext, forInstance } from "../context.ts";
import { containersWith, mustDocker } from "../docker/docker.ts";
import { codeOf } from "../errors.ts";
import { readIfThere } from "../instance/atomicFile.ts";
import { destroyInstance } from "../platform/destroy.ts";
import { lockHolder } from "../system/machineLock.ts";
import { KEPT, PREFIX, runLock } from "./testInstance.ts";

/** Label of the containers that service tests start; its value tells the process they belong to. */
const LABEL = "supalove.test";

/** Removes what test runs left that were killed: their instances, and the containers of service tests. */
export async function removeLeftovers(context: CliContext): Promise<void> {
  await removeInstances(context);
  const containers = await containersWith(LABEL);
  const orphans: string[] = [];
  for (const { Id, Config } of containers) if (await ownerIsGone(Config.Labels?.[LABEL] ?? "")) orphans.push(Id);
  if (orphans.length === 0) return;
  context.terminal.info(`removing ${orphans.length} containers that earlier test runs left`);
  await mustDocker(["rm", "--force", "--volumes", ...orphans]);
}

async function removeInstances(context: CliContext): Promise<void> {
  let names: string[];
  try {
    names = await readdir(context.config.dataDir);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  for (const name of names.filter((entry) => entry.startsWith(PREFIX))) {
    const leftover = forInstance(context, name);
    if ((await lockHolder(runLock(leftover))) !== undefined) continue;
    if ((await readIfThere(join(leftover.paths.dir, KEPT))) !== undefined) continue;
    context.terminal.info(`removing the test instance ${name}, which an earlier run left`);
    await destroyInstance(leftover);
  }
}

/**
 * True when the process that a mark (`<process id>-<start time>`) stands for has ended. One without a mark might belong to
 * anybody, and stays.
 * @param statOf content of a process' `/proc/<id>/stat`; throws when there is no such process
 */
export async function ownerIsGone(
  mark: string,
  statOf: (pid: string) => Promise<string> = (pid) => readFile(`/proc/${pid}/stat`, "utf8"),
): Promise<boolean> {
  const [, pid, started] = /^(\d+)-(\d+)$/.exec(mark) ?? [];
  if (pid === undefined) return false;
  try {
    const stat = await statOf(pid);
    // The 22nd field; the name before it may hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] !== started;
  } catch {
    return true;
  }
}
