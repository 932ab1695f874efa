import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { lockIsStale } from "./staleLocks.ts";

describe("lockIsStale", () => {
  const lock = { pid: 4711, hostname: hostname() };
  it("holds for a process that is gone, or whose number another program has", async () => {
    expect(await lockIsStale(lock, async () => undefined)).toBe(true);
    expect(await lockIsStale(lock, async () => "bash")).toBe(true);
  });

  it("never holds for a living engine, nor for another machine's", async () => {
    expect(await lockIsStale(lock, async () => "pulumi")).toBe(false);
    expect(await lockIsStale({ ...lock, hostname: "elsewhere" }, async () => undefined)).toBe(false);
  });
});
