import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { lockHolder, takeLock } from "./machineLock.ts";

describe("takeLock", () => {
  it("lets one have it, tells who, and passes it on", async () => {
    const name = randomUUID();
    const first = await takeLock(name, "the first", () => undefined);
    expect(await lockHolder(name)).toBe(`the first (process ${process.pid})`);
    const waited: string[] = [];
    const second = takeLock(name, "the second", (holder) => waited.push(holder));
    await expect.poll(() => waited, { timeout: 5_000 }).toEqual([`the first (process ${process.pid})`]);
    await first.release();
    await (await second).release();
    expect(await lockHolder(name)).toBeUndefined();
  });

  it("gives up when the caller does not want to wait", async () => {
    const name = randomUUID();
    const held = await takeLock(name, "the first", () => undefined);
    const refuse = (holder: string) => {
      throw new Error(`taken by ${holder}`);
    };
    await expect(takeLock(name, "the second", refuse)).rejects.toThrow("taken by the first");
    await held.release();
  });
});
