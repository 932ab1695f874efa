import { GatewayEnv } from "@supalove/contracts";
import { z } from "zod";
import { createLogger } from "./observability/logger.ts";
import { startDataPlane } from "./startDataPlane.ts";

/** Longest time a stop may take; then the process goes, its children with the container or at the next start. */
const STOP_TIMEOUT_MS = 12_000;

const parsed = GatewayEnv.safeParse(process.env);
if (!parsed.success) {
  // Names and reasons only: a value may be a secret.
  process.stderr.write(`The gateway's environment is not usable:\n${z.prettifyError(parsed.error)}\n`);
  process.exit(2);
}
const { log, flush } = createLogger(parsed.data.LOG_LEVEL);

function fail(what: string, error: unknown): never {
  log.fatal({ reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }, what);
  flush();
  process.exit(1);
}
process.on("uncaughtException", (error) => fail("uncaught exception", error));
process.on("unhandledRejection", (error) => fail("unhandled rejection", error));

const dataPlane = await startDataPlane(parsed.data, log).catch((error: unknown) =>
  fail("the gateway did not start", error),
);

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => fail("the stop took too long", signal), STOP_TIMEOUT_MS).unref();
    dataPlane.stop().then(
      () => {
        flush();
        process.exit(0);
      },
      (error: unknown) => fail("the stop failed", error),
    );
  });
}
