import { expect, it } from "vitest";
import type { PlatformReport } from "../types.ts";
import { reporter } from "./reportPlatform.ts";

const report = (instance: string): PlatformReport => ({
  instance,
  parts: [],
  addresses: { api: "", gateway: "", database: "" },
});

it("asks once for all who look within a few seconds, and anew afterwards", async () => {
  let now = 0;
  let asked = 0;
  const look = reporter(async () => report(`look ${++asked}`), { keptMs: 3_000, now: () => now });
  const both = await Promise.all([look(), look()]);
  expect(both.map(({ instance }) => instance)).toEqual(["look 1", "look 1"]);
  now = 2_999;
  expect((await look()).instance).toBe("look 1");
  now = 3_000;
  expect((await look()).instance).toBe("look 2");
});

it("does not ask a second time while a look is still under way", async () => {
  let now = 0;
  let asked = 0;
  let answer: (found: PlatformReport) => void = () => undefined;
  const look = reporter(
    () => {
      asked++;
      return new Promise<PlatformReport>((resolve) => {
        answer = resolve;
      });
    },
    { keptMs: 3_000, now: () => now },
  );
  const first = look();
  now = 10_000;
  const second = look();
  answer(report("slow"));
  expect(await Promise.all([first, second])).toEqual([report("slow"), report("slow")]);
  expect(asked).toBe(1);
});

it("keeps no failure", async () => {
  let asked = 0;
  const look = reporter(async () => {
    if (++asked === 1) throw new Error("the environment can't be used");
    return report("t");
  });
  await expect(look()).rejects.toThrow("the environment can't be used");
  expect((await look()).instance).toBe("t");
});
