import { readdir, readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** What /proc says about a process. */
interface ProcessStat {
  readonly pid: number;
  readonly session: number;
  readonly startedAt: bigint;
  readonly zombie: boolean;
}

/** Reads a line of /proc/<pid>/stat; the name stands in parentheses and may hold anything. */
export function parseStat(line: string): ProcessStat {
  const pid = Number(line.slice(0, line.indexOf(" ")));
  const [state, , , session, ...rest] = line.slice(line.lastIndexOf(")") + 2).split(" ");
  // Field 22 of the line is the start time; `rest` begins with field 7.
  return { pid, session: Number(session), startedAt: BigInt(rest[15] ?? "0"), zombie: state === "Z" };
}

async function statOf(pid: number): Promise<ProcessStat | undefined> {
  try {
    return parseStat(await readFile(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** This host and its process numbers: two containers may have one host name, but not one process namespace. */
export async function processHost(): Promise<string> {
  return `${hostname()}/${await readlink("/proc/self/ns/pid")}`;
}

/** Start time of a process, in clock ticks since boot. */
export async function startTimeOf(pid: number): Promise<bigint> {
  return (await statOf(pid))?.startedAt ?? 0n;
}

/**
 * Ends every process of a session. A group would not do: the engine puts each of its plugins into a group of its own.
 * @param startedAt start time of the session's leader; when the number belongs to another process by now, nothing is done
 */
export async function endSession(session: number, startedAt: bigint): Promise<void> {
  const leader = await statOf(session);
  if (leader !== undefined && leader.startedAt !== startedAt) return;
  for (let round = 0; round < 50; round++) {
    const members = await membersOf(session);
    if (members.length === 0) return;
    for (const pid of members) endProcess(pid);
    await sleep(20);
  }
}

async function membersOf(session: number): Promise<number[]> {
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(numbers.map(statOf));
  return stats.flatMap((stat) => (stat && stat.session === session && !stat.zombie ? [stat.pid] : []));
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}
