import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const ENGINE_PROGRAM = /^(pulumi|pulumi-(resource|language)-.*)$/;

/** A process that belongs to an engine run of an instance. */
export interface EngineProcess {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
}

/**
 * Processes of killed engine runs: the engine and its plugins live on when the command line dies, and would write the
 * state later. Found by the mark that {@link engineEnv} puts in their environment; those with a living parent are at work.
 */
export async function orphanedEngineProcesses(stateUrl: string): Promise<readonly EngineProcess[]> {
  const found: EngineProcess[] = [];
  for (const entry of await readdir("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const process = await inspect(pid, stateUrl);
    if (process !== undefined && process.parent === 1) found.push(process);
  }
  return found;
}

async function inspect(pid: number, stateUrl: string): Promise<EngineProcess | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0")[0] ?? "";
    const program = command.split("/").at(-1) ?? "";
    if (!ENGINE_PROGRAM.test(program)) return undefined;
    const environment = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0");
    if (!environment.includes(`PULUMI_BACKEND_URL=${stateUrl}`)) return undefined;
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    return { pid, parent, program };
  } catch {
    // The process has ended, or belongs to somebody else.
    return undefined;
  }
}

/** Ends processes by their numbers, in order first, then hard. */
export async function endProcesses(processes: readonly EngineProcess[]): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const { pid } of processes) {
      try {
        process.kill(pid, signal);
      } catch {
        // Ended already.
      }
    }
    if (signal === "SIGTERM" && processes.length > 0) await sleep(500);
  }
}
