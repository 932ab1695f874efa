import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { hostAddresses } from "./outsiders.ts";
import { sleepUntil } from "./sleepUntil.ts";

/** A Docker engine beside this machine's own, as another server's would be: reached over a cable, with its own data. */
export interface SecondEngine {
  /** How clients reach the engine. */
  readonly endpoint: string;
  /** Address that ports are published on. */
  readonly address: string;
  /** The Docker client, at that engine. */
  docker(...args: string[]): Promise<string>;
  /** Copies images of this machine's engine to that one, by their tags. */
  load(images: readonly string[]): Promise<void>;
  /** Ends the engine with all that runs on it and removes its data. */
  close(): Promise<void>;
}

const PORT = 2375;
const CGROUPS = "/sys/fs/cgroup";

/*
 * Folders of its own over this machine's, then a line on standard input: by then the cable is plugged in. The init that the
 * engine runs under takes care of processes that lose their parents.
 */
const FIRST_PROCESS = `set -e
mount -t tmpfs tmpfs /run
[ ! -d /etc/docker ] || mount -t tmpfs tmpfs /etc/docker
ip link set lo up
echo ready
read -r _
exec docker-init -- dockerd --data-root "$1/data" --host "tcp://$2" --tls=false --cgroup-parent "$3" >"$1/log" 2>&1`;

/**
 * Starts the engine in namespaces of its own. It goes with this process, however that ends; then its data stays in the
 * folder for temporary files.
 * @throws where this user or kernel allows no namespaces, or the engine doesn't start
 */
export async function openSecondEngine(): Promise<SecondEngine> {
  const network = await freeNetwork();
  const address = `${network}.2`;
  const dir = await mkdtemp(join(tmpdir(), "supalove-engine-"));
  const cgroup = `/${dir.split("/").at(-1)}`;
  const namespaces = ["--mount", "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const first = ["sh", "-c", FIRST_PROCESS, "sh", dir, `${address}:${PORT}`, cgroup];
  const holder = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...namespaces, ...first], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  holder.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const over = once(holder, "close");
  const endpoint = `tcp://${address}:${PORT}`;
  const docker = async (...args: string[]) => (await execa("docker", ["--host", endpoint, ...args])).stdout;
  let init: number | undefined;
  const close = async () => {
    // Its number belongs to somebody else once the holder has ended; the kernel ends the others before that.
    if (holder.exitCode === null && holder.signalCode === null) {
      if (init === undefined) holder.kill("SIGKILL");
      else process.kill(init, "SIGKILL");
    }
    await over;
    await removeCgroups(cgroup);
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    const ready = await Promise.race([once(holder.stdout, "data").then(() => true), over.then(() => false)]);
    if (!ready) throw new Error(`no namespaces for it, which take root and a kernel that allows them: ${errors}`);
    init = await firstProcess(holder);
    await plugIn(init, network);
    holder.stdin.end("go\n");
    await sleepUntil("the second engine", () => docker("version").catch(() => undefined));
  } catch (error) {
    const log = await readFile(join(dir, "log"), "utf8").catch(() => "");
    await close();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the second engine did not start: ${why}\n${log.split("\n").slice(-5).join("\n")}`);
  }
  return {
    endpoint,
    address,
    docker,
    async load(images) {
      const copy = 'set -o pipefail; docker save "$@" | docker --host "$0" load --quiet';
      await execa("bash", ["-c", copy, endpoint, ...images]);
    },
    close,
  };
}

/** First three parts of a network that this machine has no address in. */
async function freeNetwork(): Promise<string> {
  const taken = await hostAddresses();
  const numbers = Array.from({ length: 200 }, (_, at) => (at + process.pid) % 200);
  const free = numbers
    .map((number) => `10.91.${number}`)
    .find((prefix) => !taken.some((a) => a.startsWith(`${prefix}.`)));
  if (free === undefined) throw new Error("no network is free for a second engine");
  return free;
}

/** A cable between this machine and the namespaces of a process; it goes with them. */
async function plugIn(pid: number, network: string): Promise<void> {
  const here = `sl${pid}e`.slice(0, 15);
  const ip = (...args: string[]) => execa("ip", args);
  const inside = (...args: string[]) => execa("nsenter", ["--target", String(pid), "--net", "ip", ...args]);
  await ip("link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", String(pid));
  await ip("addr", "add", `${network}.1/30`, "dev", here);
  await ip("link", "set", here, "up");
  await inside("addr", "add", `${network}.2/30`, "dev", "eth0");
  await inside("link", "set", "eth0", "up");
}

/** Number of the first process in the namespaces, as this side sees it. */
async function firstProcess({ pid }: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const found = Number(children.trim());
  if (!(found > 0)) throw new Error("the kernel does not tell the first process of the namespaces");
  return found;
}

/** Control groups of the engine's containers, which nobody else takes away once the engine was killed. */
async function removeCgroups(cgroup: string): Promise<void> {
  const roots = [CGROUPS, ...(await readdir(CGROUPS)).map((name) => join(CGROUPS, name))].map((dir) =>
    join(dir, cgroup),
  );
  for (const root of roots) {
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const dirs = entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
    // The deepest first.
    for (const dir of [...dirs.sort((a, b) => b.length - a.length), root]) await rmdir(dir).catch(() => undefined);
  }
}
