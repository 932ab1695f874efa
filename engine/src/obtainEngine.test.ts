import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadEngineConfig } from "./config.ts";
import { obtainEngine } from "./obtainEngine.ts";

it("is one call for all who ask at the same time, and a new one afterwards", async () => {
  const home = await mkdtemp(join(tmpdir(), "supalove-engine-"));
  try {
    const config = loadEngineConfig({ PULUMI_HOME: home, PATH: "/nowhere", HOME: home });
    const ask = () => obtainEngine({ config, from: "modules", signal: AbortSignal.abort() });
    const [first, second] = [ask(), ask()];
    expect(second).toBe(first);
    await expect(first).rejects.toThrow(/abort|cancel|Go/i);
    const third = ask();
    expect(third).not.toBe(first);
    await expect(third).rejects.toThrow(/abort|cancel|Go/i);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
