import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Field 22 of /proc/<pid>/stat: start time in ticks since boot; with the pid it names one process for good. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command in parentheses, may hold spaces.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

const pidFileOf = (socketPath: string) => socketPath.replace(/\.sock$/, ".pid");

/** Notes a child beside its socket, so that the next gateway finds it should this one be killed. */
export function rememberProcess(socketPath: string, pid: number): void {
  writeFileSync(pidFileOf(socketPath), `${pid} ${startTime(pid) ?? ""}`, { mode: 0o600 });
}

export function forgetProcess(socketPath: string): void {
  rmSync(pidFileOf(socketPath), { force: true });
}

/**
 * Ends children of an earlier gateway that was killed, and removes their sockets. A pid that was given to another process
 * since is left alone.
 * @returns how many processes were ended
 */
export function cleanUpLeftovers(directory: string): number {
  let ended = 0;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (name.endsWith(".pid")) {
      const [pid, started] = readFileSync(path, "utf8").split(" ");
      if (started && startTime(Number(pid)) === started) {
        try {
          process.kill(-Number(pid), "SIGKILL");
          ended++;
        } catch {
          // It ended in this moment.
        }
      }
      rmSync(path, { force: true });
    } else if (name.endsWith(".sock")) {
      rmSync(path, { force: true });
    }
  }
  return ended;
}
