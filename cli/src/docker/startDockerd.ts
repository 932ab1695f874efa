import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../errors.ts";
import { readIfThere } from "../instance/atomicFile.ts";
import { run } from "../system/run.ts";
import { mountCgroups } from "./cgroups.ts";
import { clearStale, liveProcess } from "./clearStale.ts";
import type { DockerdPlace } from "./dockerdPlace.ts";

const START_MS = 120_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The line of an engine's log that tells why it ended. */
export function reasonInLog(log: string): string {
  const lines = log.trimEnd().split("\n");
  const telling = lines.findLast((line) => /^failed to |level=(fatal|error)/.test(line)) ?? lines.at(-1) ?? "";
  return /msg="((?:[^"\\]|\\.)*)"/.exec(telling)?.[1] ?? telling;
}

/**
 * Environment of the engine: a search path with the folders of dockerd, runc and iptables, which plain users often
 * lack, and how to reach the network. Nothing else of the caller's, since the engine outlives it.
 */
export function engineEnvironment(env: Environment): Record<string, string> {
  const folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const there = (env["PATH"] ?? "").split(":").filter((dir) => dir !== "");
  const kept = Object.entries(env).filter(([name]) => /^(https?_proxy|no_proxy|SSL_CERT_(FILE|DIR))$/i.test(name));
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ""])),
    PATH: [...there, ...folders.filter((dir) => !there.includes(dir))].join(":"),
    HOME: env["HOME"] ?? "/root",
    LANG: "C.UTF-8",
  };
}

async function answers(place: DockerdPlace): Promise<boolean> {
  const args = ["--host", `unix://${place.socket}`, "version", "--format", "{{.Server.Version}}"];
  return (await run("docker", args, { timeoutMs: 10_000 })).code === 0;
}

/** The engine's process ended before it answered. */
class EndedWhileStarting extends CliError {}

/**
 * Starts a Docker engine of its own session, so that it outlives this process and its terminal, and waits until it
 * answers. What a killed engine left behind is cleared first; an engine that is just starting is waited for. One that ends
 * is started once more: a containerd that was killed with the old engine may still have been there when the new one began
 * to rely on it.
 * @throws CliError with the engine's own reason
 */
export async function startDockerd(place: DockerdPlace, env: Environment): Promise<void> {
  try {
    await startOnce(place, env);
  } catch (error) {
    if (!(error instanceof EndedWhileStarting)) throw error;
    await startOnce(place, env);
  }
}

async function startOnce(place: DockerdPlace, env: Environment): Promise<void> {
  const before = await liveProcess(place.pidFile, "dockerd");
  const child = before === undefined ? await launch(place, env) : undefined;
  const deadline = Date.now() + START_MS;
  while (!(await answers(place))) {
    const ended =
      child === undefined
        ? (await liveProcess(place.pidFile, "dockerd")) === undefined
        : child.exitCode !== null || child.signalCode !== null;
    if (ended) {
      const reason = reasonInLog((await readIfThere(place.log)) ?? "");
      throw new EndedWhileStarting(`the Docker engine ended while starting: ${reason}`, `read ${place.log}`);
    }
    if (Date.now() > deadline) {
      throw new CliError(
        `the Docker engine (process ${child?.pid ?? before}) runs but has not answered for ${START_MS / 1000} s`,
        `read ${place.log}; end that process and run ./supalove setup again`,
      );
    }
    await sleep(200);
  }
}

async function launch(place: DockerdPlace, env: Environment): Promise<ChildProcess> {
  await clearStale(place);
  await mountCgroups();
  await mkdir(dirname(place.log), { recursive: true });
  const log = await open(place.log, "a", 0o640);
  try {
    // Containers inherit these limits: the shell's usual 1024 files are too few for a database.
    const script = 'ulimit -n 1048576 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"';
    const child = spawn("sh", ["-c", script, "dockerd", ...place.through, "dockerd", ...place.args], {
      cwd: "/",
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: engineEnvironment(env),
    });
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}
