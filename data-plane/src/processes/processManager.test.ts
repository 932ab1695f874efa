import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../observability/logger.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { cleanUpLeftovers, rememberProcess } from "./pidFile.ts";
import { ProcessManager, type ProcessManagerOptions } from "./processManager.ts";
import type { ProcessSpec } from "./processSpec.ts";

/** A server on a unix socket that can be told to start late, to fail, or not to mind SIGTERM. */
const PROGRAM = `
  const { MODE, SOCKET } = process.env;
  if (MODE === "fail") { console.error("no start today"); process.exit(3); }
  if (MODE === "stubborn") process.on("SIGTERM", () => {});
  const server = require("node:http").createServer((req, res) => res.end(JSON.stringify({ pid: process.pid, env: Object.keys(process.env) })));
  if (MODE !== "deaf") server.listen(SOCKET);
  else setInterval(() => {}, 1000);`;

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const open: { manager: ProcessManager<Pool>; folder: string }[] = [];
afterEach(async () => {
  for (const { manager, folder } of open.splice(0)) {
    await manager.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function setUp(options: Partial<ProcessManagerOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "supalove-processes-"));
  const ended: string[] = [];
  const started: string[] = [];
  const manager = new ProcessManager<Pool>(
    {
      directory: folder,
      maxProcesses: 10,
      maxConnections: 100,
      maxTotalBytes: 2 ** 40,
      maxProcessBytes: 2 ** 40,
      idleMs: 60_000,
      startTimeoutMs: 10_000,
      maxStarting: 4,
      maxWaitMs: 5_000,
      ...options,
    },
    { started: (key) => started.push(key), ended: (key, reason) => ended.push(`${key} ${reason}`) },
    silentLogger(),
  );
  open.push({ manager, folder });
  const spec = (key: string, mode = "", fingerprint = "1", connections = 1): ProcessSpec<Pool> => ({
    key,
    fingerprint,
    connections,
    command: process.execPath,
    args: ["-e", PROGRAM],
    env: (socketPath) => ({ SOCKET: socketPath, MODE: mode }),
    connect: (socketPath) => new Pool("http://x", { socketPath }),
    probe: async (client) => (await client.request({ path: "/", method: "GET" })).statusCode === 200,
    serves: async () => true,
    dependencyUp: async () => true,
  });
  const pidOf = async (of: ProcessSpec<Pool>) => {
    const process = await manager.acquire(of);
    try {
      const { body } = await process.client.request({ path: "/", method: "GET" });
      return ((await body.json()) as { pid: number }).pid;
    } finally {
      manager.release(process);
    }
  };
  return { manager, folder, spec, pidOf, started, ended };
}

describe("ProcessManager", () => {
  it("starts one process for many first requests and keeps it", async () => {
    const { spec, pidOf, started } = await setUp();
    const one = spec("a");
    const pids = await Promise.all(Array.from({ length: 20 }, () => pidOf(one)));
    expect(new Set(pids).size).toBe(1);
    expect(await pidOf(spec("a"))).toBe(pids[0]);
    expect(started).toEqual(["a"]);
  });

  it("gives a process its own environment and nothing else", async () => {
    const { manager, spec } = await setUp();
    const process = await manager.acquire(spec("a"));
    const { body } = await process.client.request({ path: "/", method: "GET" });
    expect(((await body.json()) as { env: string[] }).env.sort()).toEqual(["MODE", "SOCKET"]);
    manager.release(process);
  });

  it("replaces a process whose settings changed", async () => {
    const { spec, pidOf, ended } = await setUp();
    const before = await pidOf(spec("a"));
    const after = await pidOf(spec("a", "", "2"));
    expect(after).not.toBe(before);
    await sleepUntil("the old one to end", () => !alive(before));
    expect(ended).toEqual(["a replaced"]);
  });

  it("stops what nobody uses, but nothing that is used", async () => {
    const { manager, spec, pidOf, ended } = await setUp({ idleMs: 100 });
    const idle = await pidOf(spec("idle"));
    const used = await manager.acquire(spec("used"));
    await sleepUntil("the idle one to end", () => !alive(idle));
    expect(ended).toEqual(["idle idle"]);
    expect(manager.stateOf("used")).toBe("running");
    manager.release(used);
    await sleepUntil("the other to end too", () => manager.stateOf("used") === "stopped");
  });

  it("evicts the longest idle one for another, and waits while all are busy", async () => {
    const { manager, spec, pidOf, ended } = await setUp({ maxProcesses: 2 });
    await pidOf(spec("a"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await pidOf(spec("b"));
    await pidOf(spec("c"));
    expect(ended).toEqual(["a evicted"]);
    const busy = [await manager.acquire(spec("b")), await manager.acquire(spec("c"))];
    const waiting = pidOf(spec("d"));
    expect(await Promise.race([waiting, new Promise((resolve) => setTimeout(() => resolve("waits"), 200))])).toBe(
      "waits",
    );
    for (const process of busy) manager.release(process);
    expect(alive(await waiting)).toBe(true);
    const counts = manager.counts();
    expect(counts.busy + counts.idle + counts.starting).toBeLessThanOrEqual(2);
  });

  it("keeps all processes together within the budget of connections", async () => {
    const { manager, spec, pidOf, ended } = await setUp({ maxConnections: 10, maxWaitMs: 1_500 });
    const small = [spec("a", "", "1", 3), spec("b", "", "1", 3), spec("c", "", "1", 3)];
    const busy = [];
    for (const one of small) busy.push(await manager.acquire(one));
    expect(manager.connections).toBe(9);
    const large = spec("large", "", "1", 8);
    await expect(pidOf(large)).rejects.toMatchObject({ reason: "capacity" });
    expect(ended).toEqual([]);
    const waiting = pidOf(large);
    for (const process of busy) manager.release(process);
    expect(alive(await waiting)).toBe(true);
    expect(ended.every((line) => line.endsWith("evicted"))).toBe(true);
    expect(manager.connections).toBe(8);
    expect(alive(await pidOf(spec("huge", "", "1", 5_000)))).toBe(true);
    expect(manager.connections).toBe(10);
  });

  it("says so when no place comes free", async () => {
    const { manager, spec, pidOf } = await setUp({ maxProcesses: 1, maxWaitMs: 1_000 });
    const busy = await manager.acquire(spec("a"));
    await expect(pidOf(spec("b"))).rejects.toMatchObject({ reason: "capacity" });
    manager.release(busy);
    expect(alive(await pidOf(spec("b")))).toBe(true);
  });

  it("starts again at once after a kill, with pauses after failures", async () => {
    const { spec, pidOf, ended } = await setUp();
    const first = await pidOf(spec("a"));
    process.kill(first, "SIGKILL");
    await sleepUntil("the death to be seen", () => ended.length > 0);
    expect(ended).toEqual(["a crashed"]);
    expect(await pidOf(spec("a"))).not.toBe(first);
    const failing = spec("f", "fail");
    const reasons: string[] = [];
    while (!reasons.includes("backoff") && reasons.length < 6) {
      await pidOf(failing).catch((error: { reason: string }) => reasons.push(error.reason));
    }
    expect(reasons).toEqual(["start_failed", "start_failed", "start_failed", "start_failed", "backoff"]);
  });

  it("does not hold failures of other settings against new ones", async () => {
    const { spec, pidOf } = await setUp();
    const reasons: string[] = [];
    while (!reasons.includes("backoff") && reasons.length < 6) {
      await pidOf(spec("a", "fail")).catch((error: { reason: string }) => reasons.push(error.reason));
    }
    expect(reasons.at(-1)).toBe("backoff");
    expect(alive(await pidOf(spec("a", "", "2")))).toBe(true);
  });

  it("forgets crashes from before a use that ended well", async () => {
    const { manager, spec, pidOf, ended } = await setUp();
    for (let crashes = 1; crashes <= 6; crashes++) {
      const running = await manager.acquire(spec("a"));
      manager.served(running);
      manager.release(running);
      process.kill(running.pid ?? 0, "SIGKILL");
      await sleepUntil("the death to be seen", () => ended.length === crashes);
    }
    expect(alive(await pidOf(spec("a")))).toBe(true);
  });

  it("gives nobody a process that hung up before it is known to live, and keeps one that does", async () => {
    const { manager, spec, pidOf, ended } = await setUp();
    const asked = Promise.withResolvers<boolean>();
    let probes = 0;
    const slow = { ...spec("a"), probe: async () => (++probes === 1 ? true : asked.promise) };
    const running = await manager.acquire(slow);
    const doubted = manager.doubt(running);
    manager.release(running);
    let next: number | undefined;
    const waiting = pidOf(slow).then((pid) => {
      next = pid;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(next).toBeUndefined();
    asked.resolve(true);
    await Promise.all([doubted, waiting]);
    expect(next).toBe(running.pid);
    expect(ended).toEqual([]);
  });

  it("waits for the end of a process that hung up because it dies", async () => {
    const { manager, spec, pidOf, ended } = await setUp();
    let probes = 0;
    const dying = async () => {
      if (++probes > 1) throw new Error("connection refused");
      return true;
    };
    const running = await manager.acquire({ ...spec("a"), probe: dying });
    const doubted = manager.doubt(running);
    manager.release(running);
    const waiting = pidOf(spec("a"));
    // The news comes later than its connections broke.
    setTimeout(() => process.kill(running.pid ?? 0, "SIGKILL"), 300);
    await doubted;
    expect(ended).toEqual(["a crashed"]);
    expect(await waiting).not.toBe(running.pid);
  });

  it("replaces a process that lives and takes no connection", async () => {
    const { manager, spec, pidOf, ended } = await setUp();
    let probes = 0;
    const deaf = async () => {
      if (++probes > 1) throw new Error("connection refused");
      return true;
    };
    const running = await manager.acquire({ ...spec("a"), probe: deaf });
    const doubted = manager.doubt(running);
    manager.release(running);
    await doubted;
    expect(ended).toEqual(["a replaced"]);
    expect(await pidOf(spec("a"))).not.toBe(running.pid);
  });

  it("gives up on a process that never answers", async () => {
    const { spec, pidOf, manager } = await setUp({ startTimeoutMs: 300 });
    await expect(pidOf(spec("a", "deaf"))).rejects.toMatchObject({ reason: "start_timeout" });
    await sleepUntil("it to be gone", () => manager.counts().stopping === 0);
  });

  it("says so when the program does not exist", async () => {
    const { spec, pidOf, manager } = await setUp();
    await expect(pidOf({ ...spec("a"), command: "/nonexistent" })).rejects.toMatchObject({ reason: "start_failed" });
    await sleepUntil("it to be forgotten", () => manager.counts().stopping === 0);
  });

  it("stops a key at once, also one that is just starting, and leaves no file", async () => {
    const { manager, spec, pidOf, folder } = await setUp();
    const pid = await pidOf(spec("a"));
    await manager.stopKey("a");
    expect(alive(pid)).toBe(false);
    const starting = expect(pidOf(spec("a"))).rejects.toMatchObject({ name: "ProcessUnavailableError" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await manager.stopKey("a");
    await starting;
    expect(manager.stateOf("a")).toBe("stopped");
    await sleepUntil("the files to be gone", async () => (await readdir(folder)).length === 0);
  });

  it("starts nothing for a key that was stopped, whatever settings were asked for meanwhile", async () => {
    const { manager, spec, started } = await setUp();
    const asked = [
      { ...spec("a", "", "0"), probe: () => new Promise<boolean>(() => undefined) },
      spec("a", "", "1"),
      spec("a", "", "2"),
    ].map(async (one) => manager.acquire(one));
    const refused = asked.map((one) => expect(one).rejects.toMatchObject({ name: "ProcessUnavailableError" }));
    await sleepUntil("the first to start", () => manager.counts().starting === 1);
    await manager.stopKey("a");
    await Promise.all(refused);
    expect(started).toEqual([]);
    expect(manager.counts()).toEqual({ starting: 0, busy: 0, idle: 0, stopping: 0 });
  });

  it("starts nothing for a key that was stopped while a process of it was doubted", async () => {
    const { manager, spec } = await setUp();
    let probes = 0;
    const stuck = { ...spec("a"), probe: async () => ++probes === 1 || new Promise<boolean>(() => undefined) };
    const running = await manager.acquire(stuck);
    void manager.doubt(running);
    manager.release(running);
    const refused = expect(manager.acquire(stuck)).rejects.toMatchObject({ reason: "stopped" });
    await manager.stopKey("a");
    await refused;
    expect(manager.counts()).toEqual({ starting: 0, busy: 0, idle: 0, stopping: 0 });
  });

  it("starts nothing after it was closed, not even what waited for its next attempt", async () => {
    const { manager, spec, pidOf, folder } = await setUp();
    const failing = spec("a", "fail");
    for (let i = 0; i < 2; i++) await expect(pidOf(failing)).rejects.toMatchObject({ reason: "start_failed" });
    const refused = expect(pidOf(failing)).rejects.toMatchObject({ reason: "stopped" });
    await manager.close();
    await refused;
    expect(manager.counts()).toEqual({ starting: 0, busy: 0, idle: 0, stopping: 0 });
    expect(await readdir(folder)).toEqual([]);
  });

  it("gives who asks after a renewal no process that was starting before it", async () => {
    const { manager, spec, started, ended } = await setUp();
    const ready = Promise.withResolvers<boolean>();
    const before = manager.acquire({ ...spec("a"), probe: () => ready.promise });
    await sleepUntil("it to start", () => manager.counts().starting === 1);
    manager.renew("a");
    const after = manager.acquire(spec("a"));
    ready.resolve(true);
    const [old, fresh] = await Promise.all([before, after]);
    expect(fresh.pid).not.toBe(old.pid);
    manager.release(old);
    manager.release(fresh);
    expect([started, ended]).toEqual([["a", "a"], ["a replaced"]]);
    expect(manager.stateOf("a")).toBe("running");
  });

  it("ends what does not want to end", async () => {
    const { manager, spec, pidOf } = await setUp();
    const pid = await pidOf(spec("a", "stubborn"));
    await manager.close();
    expect(alive(pid)).toBe(false);
  });

  it("replaces a process above its memory limit", async () => {
    const { spec, pidOf, ended } = await setUp({ maxProcessBytes: 1024 });
    await pidOf(spec("a"));
    await sleepUntil("the replacement", () => ended.includes("a memory"));
  });

  it("watches a sick process and replaces it once its database is back", async () => {
    const { manager, spec, ended } = await setUp();
    let databaseUp = false;
    const sick = { ...spec("a"), dependencyUp: async () => databaseUp, serves: async () => false };
    const process = await manager.acquire(sick);
    manager.release(process);
    manager.suspect(process);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(ended).toEqual([]);
    databaseUp = true;
    await sleepUntil("it to be replaced", () => ended.includes("a healed"));
  });
});

describe("cleanUpLeftovers", () => {
  it("ends the children of a gateway that was killed, and touches no stranger", async () => {
    const { folder, pidOf, spec, manager } = await setUp();
    const pid = await pidOf(spec("a"));
    await writeFile(join(folder, "stranger-1.pid"), `${process.pid} 12345`);
    await writeFile(join(folder, "old-1.sock"), "");
    rememberProcess(join(folder, "gone-1.sock"), 999_999_999);
    expect(cleanUpLeftovers(folder)).toBe(1);
    await sleepUntil("the child to end", () => !alive(pid));
    expect(await readdir(folder)).toEqual([]);
    await manager.close();
  });
});
