import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { CliContext } from "../context.ts";
import { engineEnvironment } from "../docker/startDockerd.ts";
import { CliError } from "../errors.ts";

/**
 * A machine within this one, for tests that kill its Docker engine: namespaces of its own for processes, network and
 * mounts, with the same files and programs, but no Docker engine, no Docker data or settings and no instance. Its first
 * process' end is a power cut: the kernel kills whatever runs in it.
 */
export interface OwnMachine {
  /** Program and first arguments by which a command runs inside. */
  readonly enter: readonly [string, ...string[]];
  /** Cuts the power and removes its disk. */
  dispose(): Promise<void>;
}

/** What the machine's first process does: its own folders over the real ones, loopback up, then reap whoever is left to it. */
const FIRST_PROCESS = `set -e
ip link set lo up
mount -t tmpfs tmpfs /run
[ ! -d /etc/docker ] || mount -t tmpfs tmpfs /etc/docker
mkdir -p /var/lib/docker "$2"
mount --bind "$1/docker" /var/lib/docker
mount --bind "$1/log" /var/log
mount --bind "$1/instances" "$2"
echo ready
while :; do sleep 1000000 & wait; done`;

const CGROUPS = "/sys/fs/cgroup";

/** Where the machine's disk lies; one machine at a time, see {@link openOwnMachine}. */
export const machineDir = (context: CliContext) => join(context.config.cacheDir, "machine");

/**
 * Opens the machine. It goes with this process, however that ends; what its disk held then is removed by the next one.
 * Only one may be open: the caller holds a lock.
 * @throws CliError where this user or kernel allows no namespaces, or the environment leads to an engine elsewhere
 */
export async function openOwnMachine(context: CliContext): Promise<OwnMachine> {
  // The socket of an engine elsewhere is reached from every network namespace.
  if (context.config.dockerHost !== undefined) {
    throw new CliError("DOCKER_HOST leads out of a machine whose engine is to be killed", "unset DOCKER_HOST");
  }
  const dir = machineDir(context);
  await removeDisk(dir);
  for (const part of ["docker", "log", "instances", "client"])
    await mkdir(join(dir, part), { recursive: true, mode: 0o700 });
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const first = ["sh", "-c", FIRST_PROCESS, "sh", dir, context.config.dataDir];
  const holder = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...namespaces, ...first], {
    stdio: ["ignore", "pipe", "pipe"],
    env: engineEnvironment(context.config.env),
  });
  const over = new Promise<void>((resolve) => {
    holder.once("close", () => resolve());
    holder.once("error", () => resolve());
  });
  const pid = await firstProcess(holder, over);
  const inRoot = ["sh", "-c", 'cd "$0" && exec "$@"', context.config.root];
  const enter = ["nsenter", "--target", String(pid), "--mount", "--net", "--pid"] as const;
  return {
    // A context that the Docker client is set to may name an engine elsewhere. Entering takes the working directory away.
    enter: [...enter, "env", "-u", "DOCKER_CONTEXT", `DOCKER_CONFIG=${join(dir, "client")}`, ...inRoot],
    async dispose() {
      // Its number belongs to somebody else once it has ended.
      if (holder.exitCode === null && holder.signalCode === null) process.kill(pid, "SIGKILL");
      await over;
      await removeDisk(dir);
    },
  };
}

/** Number of the machine's first process as this side sees it, once it is ready. */
async function firstProcess(holder: ChildProcess, over: Promise<void>): Promise<number> {
  let errors = "";
  holder.on("error", (error) => {
    errors += error.message;
  });
  holder.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ready = new Promise<true>((resolve) => holder.stdout?.once("data", () => resolve(true)));
  if (!(await Promise.race([ready, over.then(() => false)]))) {
    throw new CliError(
      `no namespaces for a machine of its own: ${errors.trim().split("\n").at(-1) ?? ""}`,
      "run it as root, on a kernel that allows them",
    );
  }
  const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8").catch(() => "");
  const pid = Number(children.trim());
  if (pid > 0) return pid;
  holder.kill("SIGKILL");
  throw new CliError("the kernel does not tell the first process of a machine of its own");
}

/** Removes what a machine left: its disk, and the control groups of containers whose engine went with it. */
async function removeDisk(dir: string): Promise<void> {
  const containers = await readdir(join(dir, "docker", "containers")).catch(() => []);
  if (containers.length > 0) {
    const controllers = (await readdir(CGROUPS)).map((name) => join(CGROUPS, name, "docker"));
    const groups = [join(CGROUPS, "docker"), ...controllers].flatMap((parent) =>
      containers.map((id) => join(parent, id)),
    );
    // Most are not there: a container has one in each controller, an engine takes away those that it removes.
    await Promise.all(groups.map((group) => rmdir(group).catch(() => undefined)));
  }
  await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
