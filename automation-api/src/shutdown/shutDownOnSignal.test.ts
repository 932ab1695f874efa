import { pino } from "pino";
import { expect, it } from "vitest";
import { runPhases } from "./shutDownOnSignal.ts";

it("runs the phases in order, and leaves behind one that hangs or fails", async () => {
  const done: string[] = [];
  await runPhases(pino({ level: "silent" }), [
    { name: "first", timeoutMs: 1000, run: async () => void done.push("first") },
    { name: "hangs", timeoutMs: 20, run: () => new Promise(() => undefined) },
    { name: "fails", timeoutMs: 1000, run: () => Promise.reject(new Error("no")) },
    { name: "last", timeoutMs: 1000, run: async () => void done.push("last") },
  ]);
  expect(done).toEqual(["first", "last"]);
});
