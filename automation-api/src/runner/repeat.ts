import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

/**
 * Does something now and then until the signal aborts. The pause varies by a third, so that several runners do not all
 * come at once; a failure is logged and the next time comes.
 */
export async function repeat(
  what: string,
  everyMs: number,
  signal: AbortSignal,
  logger: Logger,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      logger.error({ err: error }, `${what} failed`);
    }
    const pause = everyMs * (0.83 + Math.random() / 3);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}
