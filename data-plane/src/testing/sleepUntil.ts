import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition instead of for a time. @throws Error when it does not come true in time */
export async function sleepUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<number> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > timeoutMs) throw new Error(`gave up waiting for ${what}`);
    await sleep(10);
  }
  return performance.now() - began;
}
