import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { InstanceName } from "@supalove/contracts";
import { z } from "zod";
import { codeOf } from "../errors.ts";
import type { InstancePaths } from "../instance/paths.ts";

const Lock = z.object({ pid: z.number().int(), hostname: z.string() });

/** A lock that the engine holds, or left, on the base stack. */
export type EngineLock = z.infer<typeof Lock>;

/** Locks on an instance's base stack, as they stand in the state's folder. */
export async function engineLocks(paths: InstancePaths, instance: InstanceName): Promise<readonly EngineLock[]> {
  const dir = join(paths.state, ".pulumi", "locks", "organization", "supalove", instance);
  let files: string[];
  try {
    files = await readdir(dir);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
  const locks: EngineLock[] = [];
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    try {
      locks.push(Lock.parse(JSON.parse(await readFile(join(dir, file), "utf8"))));
    } catch (error) {
      // Freed in this moment.
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
  return locks;
}

/**
 * True when the process that took a lock is surely gone: it was of this machine, and no `pulumi` has its number now.
 * @param programOf name of the program that a process number belongs to, undefined for none
 */
export async function lockIsStale(
  lock: EngineLock,
  programOf: (pid: number) => Promise<string | undefined> = runningProgram,
): Promise<boolean> {
  return lock.hostname === hostname() && (await programOf(lock.pid)) !== "pulumi";
}

async function runningProgram(pid: number): Promise<string | undefined> {
  try {
    return (await readFile(`/proc/${pid}/comm`, "utf8")).trim();
  } catch {
    // No such process.
    return undefined;
  }
}
