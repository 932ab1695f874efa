import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CliContext } from "../context.ts";
import { engineEnvironment } from "../docker/startDockerd.ts";
import { CliError } from "../errors.ts";

/**
 * A machine within this one, for tests that kill its Docker engine: namespaces of its own for processes, network and
 * mounts, with the same files and programs, but no Docker engine, no Docker data and no instance. Nothing in it can touch
 * the engine outside, and its first process' end is a power cut: the kernel kills whatever runs in it.
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
mkdir -p /var/lib/docker "$2"
mount --bind "$1/docker" /var/lib/docker
mount --bind "$1/log" /var/log
mount --bind "$1/instances" "$2"
echo ready
while :; do sleep 1000000 & wait; done`;

/** Where the machine's disk lies; one machine at a time, see {@link openOwnMachine}. */
export const machineDir = (context: CliContext) => join(context.config.cacheDir, "machine");

/**
 * Opens the machine. It goes with this process, however that ends; what its disk held then is removed by the next one.
 * Only one may be open: the caller holds a lock.
 * @throws CliError where this user or kernel allows no namespaces
 */
export async function openOwnMachine(context: CliContext): Promise<OwnMachine> {
  const dir = machineDir(context);
  await rm(dir, { recursive: true, force: true });
  for (const part of ["docker", "log", "instances"]) await mkdir(join(dir, part), { recursive: true, mode: 0o700 });
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const first = ["sh", "-c", FIRST_PROCESS, "sh", dir, context.config.dataDir];
  const holder = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...namespaces, ...first], {
    stdio: ["ignore", "pipe", "pipe"],
    env: engineEnvironment(context.config.env),
  });
  const pid = await firstProcess(holder);
  const enter = ["nsenter", "--target", String(pid), "--mount", "--net", "--pid"] as const;
  return {
    // Entering takes the working directory away.
    enter: [...enter, "sh", "-c", 'cd "$0" && exec "$@"', context.config.root],
    async dispose() {
      const ended = holder.exitCode === null && holder.signalCode === null ? once(holder, "exit") : undefined;
      process.kill(pid, "SIGKILL");
      await ended;
      await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** Number of the machine's first process as this side sees it, once it is ready. */
async function firstProcess(holder: ChildProcess): Promise<number> {
  let errors = "";
  holder.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ready = await Promise.race([
    new Promise<true>((resolve) => holder.stdout?.once("data", () => resolve(true))),
    once(holder, "exit").then(() => false),
    once(holder, "error").then(([error]) => {
      errors += String(error);
      return false;
    }),
  ]);
  if (!ready) {
    throw new CliError(
      `no namespaces for a machine of its own: ${errors.trim().split("\n").at(-1) ?? ""}`,
      "run it as root, on a kernel that allows them",
    );
  }
  return Number(await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8"));
}
