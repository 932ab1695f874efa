import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

/** One step of going down. */
export interface ShutdownPhase {
  readonly name: string;
  readonly timeoutMs: number;
  readonly run: () => Promise<void>;
}

/** Runs the phases in order; one that hangs or fails is left behind after its time. */
export async function runPhases(logger: Logger, phases: readonly ShutdownPhase[]): Promise<void> {
  for (const { name, timeoutMs, run } of phases) {
    const started = performance.now();
    const timer = new AbortController();
    try {
      const outcome = await Promise.race([
        run().then(() => "done"),
        sleep(timeoutMs, "timed out", { signal: timer.signal }),
      ]);
      logger.info({ phase: name, outcome, ms: Math.round(performance.now() - started) }, "shutdown phase");
    } catch (error) {
      logger.error({ err: error, phase: name }, "shutdown phase failed");
    } finally {
      timer.abort();
    }
  }
}

/** Ends the process in named phases on SIGTERM or SIGINT; a second signal ends it at once. */
export function shutDownOnSignal(logger: Logger, phases: readonly ShutdownPhase[]): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, "shutting down");
    void runPhases(logger, phases).then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
