import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { codeOf } from "../errors.ts";
import { liveProcess } from "./clearStale.ts";
import { type DockerdPlace, privateDockerd } from "./dockerdPlace.ts";
import { startDockerd } from "./startDockerd.ts";

/*
 * An engine of the test's own, killed as a power cut would: the machine's engine, and what runs in it, is not touched.
 */

let dir: string;
let place: DockerdPlace;
const docker = (...args: string[]) => execa("docker", ["--host", `unix://${place.socket}`, ...args]);
const containerdPid = () => join(place.execRoot, "containerd", "containerd.pid");
const pidIn = async (file: string) => Number((await readFile(file, "utf8")).trim());

/** Kills a process; one that has just gone by itself is as dead. */
function killPid(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}

/** Ends the engine and its containerd with no chance to clean up; what runs in containers is left to itself. */
async function killEngine(): Promise<void> {
  const pids = await Promise.all([place.pidFile, containerdPid()].map(pidIn));
  for (const pid of pids) killPid(pid);
  await expect.poll(() => liveProcess(place.pidFile, "dockerd"), { timeout: 10_000 }).toBeUndefined();
}

/** The same, and everything in containers with it. */
async function cutPower(): Promise<void> {
  const { stdout } = await docker("inspect", "-f", "{{.State.Pid}}", "lives");
  const shims = (await execa("pgrep", ["-f", `containerd-shim.*${place.execRoot}`])).stdout.split("\n");
  await killEngine();
  for (const pid of [...shims, stdout.trim()]) killPid(Number(pid));
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "supalove-dockerd-"));
  place = privateDockerd(dir);
  await startDockerd(place, process.env);
  const reference = (await execa("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}", "supalove/base"])).stdout;
  const save = execa("docker", ["save", reference.split("\n")[0] ?? ""], { buffer: false, encoding: "buffer" });
  await execa("docker", ["--host", `unix://${place.socket}`, "load"], { input: save.stdout as never });
  await docker("tag", reference.split("\n")[0] ?? "", "test/base");
  await docker("volume", "create", "kept");
  await docker(
    ...["run", "-d", "--name", "lives", "--network", "none", "--restart", "unless-stopped", "-v", "kept:/kept"],
    ...["test/base", "sh", "-c", "echo once >> /kept/starts; exec sleep 100000"],
  );
});
afterAll(async () => {
  await docker("rm", "-f", "lives").catch(() => undefined);
  const engine = await liveProcess(place.pidFile, "dockerd");
  if (engine !== undefined) {
    process.kill(engine, "SIGTERM");
    while ((await liveProcess(place.pidFile, "dockerd")) !== undefined) await new Promise((r) => setTimeout(r, 50));
  }
  // A killed engine leaves its mounts behind.
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
  for (const mount of mounts.filter((path) => path.startsWith(`${dir}/`)).reverse()) await execa("umount", [mount]);
  await rm(dir, { recursive: true, force: true });
});

const isRunning = async () => (await docker("inspect", "-f", "{{.State.Running}}", "lives")).stdout === "true";
const starts = async () => (await docker("exec", "lives", "cat", "/kept/starts")).stdout.trim().split("\n").length;

it("comes up again after a power cut, its containers running and their volumes whole", async () => {
  expect(await starts()).toBe(1);
  await cutPower();
  await startDockerd(place, process.env);
  await expect.poll(isRunning, { timeout: 30_000 }).toBe(true);
  expect(await starts()).toBe(2);
});

it("comes up again when it alone was killed; its containers, which it ends, can be started", async () => {
  await killEngine();
  await startDockerd(place, process.env);
  expect(await isRunning()).toBe(false);
  await docker("start", "lives");
  expect(await starts()).toBe(3);
});

it("is not misled by pid files whose numbers belong to other programs now", async () => {
  await cutPower();
  // After a restart of the machine any program may have these numbers; this test's own certainly lives.
  for (const file of [place.pidFile, containerdPid()]) await writeFile(file, String(process.pid));
  await startDockerd(place, process.env);
  await expect.poll(isRunning, { timeout: 30_000 }).toBe(true);
});

it("leaves an engine alone that runs", async () => {
  const before = await pidIn(place.pidFile);
  await startDockerd(place, process.env);
  expect(await pidIn(place.pidFile)).toBe(before);
});
