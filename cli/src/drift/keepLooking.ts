import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";

/** Longest time between looks: a week. */
const MAX_HOURS = 168;
const HOUR_MS = 3_600_000;

/** Hours between looks. @throws CliError for what is none */
export function parseEvery(text: string): number {
  const hours = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (hours > 0 && hours <= MAX_HOURS) return hours;
  throw new CliError(`--every takes hours, more than 0 and at most ${MAX_HOURS}`, "give for example --every 24");
}

/** What looks again and again works with. */
export interface Looking {
  /** Takes one look and tells what it found, or why there was none. */
  readonly look: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly now?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Looks at once and then each so many hours, until it is ended. A look that takes longer is followed by the next. */
export async function keepLooking(hours: number, looking: Looking): Promise<void> {
  const { look, signal, now = Date.now, wait = waitFor } = looking;
  while (!signal.aborted) {
    const due = now() + hours * HOUR_MS;
    await look();
    if (!signal.aborted) await wait(Math.max(0, due - now()), signal);
  }
}

/**
 * One look, by a process of its own: it runs what is installed by then, also after an upgrade. It tells by itself what it
 * finds, why it failed, or who holds the instance.
 */
export function lookAside({ config, instance, signal, terminal }: CliContext, flags: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    // A group of its own: ctrl-C reaches it once, through us.
    const child = spawn(join(config.root, "supalove"), ["--instance", instance, "drift", ...flags], {
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    const end = () => child.kill("SIGTERM");
    signal.addEventListener("abort", end, { once: true });
    const done = () => {
      signal.removeEventListener("abort", end);
      resolve();
    };
    child.once("error", (error) => {
      terminal.info(`supalove: the look could not be started: ${messageOf(error)}`);
      done();
    });
    child.once("exit", done);
  });
}
