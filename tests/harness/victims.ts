import { execa } from "execa";
import { instance } from "./platform.ts";

/** A process as the host sees it. */
interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes of a container, by their numbers on this machine. */
async function processesOf(service: string): Promise<readonly HostProcess[]> {
  const { stdout, failed } = await execa("docker", ["top", `${instance}-${service}`, "-eo", "pid,ppid,args"], {
    reject: false,
  });
  if (failed) return [];
  return stdout
    .split("\n")
    .slice(1)
    .map((line) => {
      const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return { pid: Number(pid), parent: Number(parent), command };
    });
}

/** Kills a container's first process from outside, as a crash: Docker would take its own `kill` for a wish. */
async function crash(service: string): Promise<boolean> {
  const { stdout } = await execa("docker", ["inspect", "-f", "{{.State.Pid}}", `${instance}-${service}`]);
  return killPid(Number(stdout.trim()));
}

function killPid(pid: number | undefined): boolean {
  if (pid === undefined || !(pid > 0)) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

/** Kills a process of the runner that bears a name; false where none does at the moment. */
async function killInRunner(matches: (command: string) => boolean): Promise<boolean> {
  return killPid((await processesOf("runner")).find(({ command }) => matches(command))?.pid);
}

/** The engine process that is at work: the one that has started the engine. */
async function killEngineChild(): Promise<boolean> {
  const all = await processesOf("runner");
  const engine = all.find(({ command }) => /\/pulumi (up|preview|destroy|refresh|stack)/.test(command));
  return killPid(engine?.parent);
}

/** What can die under an operation, by name. Each answers whether there was something to kill. */
export type Victims = Readonly<Record<string, () => Promise<boolean>>>;

/** The processes of a platform. */
export const VICTIMS: Victims = {
  runner: () => crash("runner"),
  "engine child": killEngineChild,
  engine: () => killInRunner((command) => /\/pulumi (up|destroy|refresh)/.test(command)),
  plugin: () => killInRunner((command) => command.includes("pulumi-resource-")),
  api: () => crash("api"),
  "control database": () => crash("control-db"),
  "shared cluster": () => crash("shared-db"),
};

/**
 * Engine processes that are at work in the runner; none may be left once nothing runs. A spare process asks the engine for
 * its version when it starts, and what has ended stays in the list until its parent looks: by its name in brackets, since
 * its command line is gone.
 */
export async function enginesAtWork(): Promise<readonly string[]> {
  return (await processesOf("runner"))
    .map(({ command }) => command)
    .filter((command) => /pulumi/.test(command) && !/pulumi version|<defunct>|^\[/.test(command));
}
