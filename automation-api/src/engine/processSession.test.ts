import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { endSession, parseStat, processHost, startTimeOf } from "./processSession.ts";

describe("parseStat", () => {
  it("reads past a name with blanks and parentheses", () => {
    const line = "42 (a) b (c)) S 1 40 41 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 200";
    expect(parseStat(line)).toEqual({ pid: 42, session: 41, startedAt: 98765n, zombie: false });
  });
});

describe("endSession", () => {
  /** A session leader with a child in a process group of its own, as the engine's plugins have. */
  async function session() {
    const script = "const c = require('child_process').spawn('setsid', ['-f', 'true']); setInterval(() => {}, 1000)";
    const leader = spawn(process.execPath, ["-e", script], { detached: true, stdio: "ignore" });
    await once(leader, "spawn");
    return { leader, startedAt: await startTimeOf(leader.pid ?? 0) };
  }

  it("ends a session's processes", async () => {
    const { leader, startedAt } = await session();
    const exited = once(leader, "exit");
    await endSession(leader.pid ?? 0, startedAt);
    expect((await exited)[1]).toBe("SIGKILL");
  });

  it("leaves a later process of the same number alone", async () => {
    const { leader, startedAt } = await session();
    await endSession(leader.pid ?? 0, startedAt + 1n);
    expect(leader.exitCode).toBeNull();
    expect(leader.signalCode).toBeNull();
    leader.kill("SIGKILL");
  });

  it("does nothing where no process is left", async () => {
    await endSession(2 ** 22 + 1, 1n);
  });
});

it("names this host and its process namespace", async () => {
  expect(await processHost()).toMatch(/^.+\/pid:\[\d+\]$/);
});
