import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { instance } from "../../tests/harness/platform.ts";

/** Often enough for what lives a fifth of a second; what is gone sooner is not counted. Looking itself takes processor time. */
const EVERY_MS = 100;
/** After so many looks a process stays what it is: until then it may be what starts a container, and become its program. */
const YOUNG = 10;
/** Clock ticks a second of /proc, the same on every Linux that Node runs on. */
const TICKS = 100;

/** What an operation's processor time goes to. */
export const PARTS = [
  "program and own resources",
  "Pulumi CLI",
  "plugins",
  "state: control database",
  "Docker engine",
  "the project's own containers",
  "runner",
] as const;
type Part = (typeof PARTS)[number];

const DOCKER = /^(?:\S*\/)?(?:dockerd|containerd|containerd-shim\S*|runc|docker-proxy|docker-init)\b/;

/**
 * Part that a process belongs to.
 * @param command its command line, words apart by spaces
 * @param container name of its container without the instance's, undefined outside of one of the instance
 */
export function partOf(command: string, container: string | undefined): Part | undefined {
  if (DOCKER.test(command)) return "Docker engine";
  if (container === "control-db") return "state: control database";
  if (container === "runner") {
    if (command.includes("operationChild")) return "program and own resources";
    if (/pulumi-(?:resource|language)-/.test(command)) return "plugins";
    return /(?:^|\/)pulumi\b/.test(command) ? "Pulumi CLI" : "runner";
  }
  return container !== undefined && /^[a-z]{20}-/.test(container) ? "the project's own containers" : undefined;
}

/**
 * Milliseconds of processor time by part while `run` runs. Processes are looked at from outside, by /proc of this machine: the
 * instance's Docker engine has to be on it.
 */
export async function cpuTimes(run: () => Promise<unknown>): Promise<Map<Part, number>> {
  const known = new Map<string, { part: Part | undefined; ticks: number; looks: number }>();
  /** Processes that belong to no part, by their numbers; looked at no more while they are there. */
  const strangers = new Set<string>();
  const spent = new Map<Part, number>(PARTS.map((part) => [part, 0]));
  const names = new Map<string, string | undefined>();
  let began = false;
  const look = async () => {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const there = new Set(pids);
    for (const pid of strangers) if (!there.has(pid)) strangers.delete(pid);
    for (const pid of pids) {
      if (strangers.has(pid)) continue;
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
      if (stat === undefined) continue;
      // From field 3 on; 14 and 15 are user and system time, 22 is the start.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = Number(fields[11]) + Number(fields[12]);
      const id = `${pid}@${fields[19]}`;
      const before = known.get(id);
      const looks = (before?.looks ?? 0) + 1;
      const part = before === undefined || looks < YOUNG ? await readPart(pid, names) : before.part;
      known.set(id, { part, ticks, looks });
      // One that was there at the first look had its time before.
      const since = before === undefined ? (began ? 0 : ticks) : before.ticks;
      if (part !== undefined) spent.set(part, (spent.get(part) ?? 0) + ticks - since);
      else if (looks === YOUNG) strangers.add(pid);
    }
  };
  await look();
  began = true;
  let over = false;
  const watching = (async () => {
    while (!over) {
      await look();
      await sleep(EVERY_MS);
    }
  })();
  try {
    await run();
  } finally {
    over = true;
    await watching;
  }
  await look();
  return new Map([...spent].map(([part, ticks]) => [part, (ticks * 1000) / TICKS]));
}

async function readPart(pid: string, names: Map<string, string | undefined>): Promise<Part | undefined> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  const [command, groups] = await Promise.all([read("cmdline"), read("cgroup")]);
  const id = /docker[/-]([0-9a-f]{64})/.exec(groups)?.[1];
  if (id !== undefined && !names.has(id)) names.set(id, await nameOf(id));
  return partOf(command.replaceAll("\0", " "), id === undefined ? undefined : names.get(id));
}

/** Name of a container of the instance without the instance's. */
async function nameOf(id: string): Promise<string | undefined> {
  const { stdout } = await execa("docker", ["inspect", "--format", "{{.Name}}", id], { reject: false });
  const own = `/${instance}-`;
  return stdout.startsWith(own) ? stdout.slice(own.length) : undefined;
}
