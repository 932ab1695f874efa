import { setTimeout as sleep } from "node:timers/promises";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import type { PlatformStatus } from "../status/assemble.ts";
import { collectStatus } from "../status/collect.ts";

const WAIT_MS = 180_000;

/** Waits until every part of an instance is healthy. @throws CliError that names those that are not */
export async function waitHealthy(context: CliContext): Promise<PlatformStatus> {
  const deadline = Date.now() + WAIT_MS;
  let shown = "";
  for (;;) {
    const status = await collectStatus(context);
    if (status.healthy) return status;
    const waiting = status.services.filter(({ status: state }) => state !== "healthy" && state !== "unavailable");
    const text = waiting.map(({ name, status: state }) => `${name} (${state})`).join(", ");
    if (text !== shown) context.terminal.info(`waiting for ${text}`);
    shown = text;
    if (context.signal.aborted) {
      throw new CliError(`stopped while waiting for ${text}`, "./supalove status shows how it goes on", {
        exitCode: 130,
      });
    }
    if (Date.now() > deadline) {
      const first = waiting[0];
      throw new CliError(
        `not healthy: ${waiting.map(({ name, detail }) => `${name}: ${detail}`).join("; ")}`,
        `read the log with ./supalove logs ${first?.name ?? ""}`,
      );
    }
    await sleep(500);
  }
}
