import { join } from "node:path";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { serveProviders } from "@supalove/components";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { openLog } from "../system/logFile.ts";
import { ProgressFollower, plain } from "./progress.ts";
import { translateEngineError } from "./translateError.ts";

/** What every kind of run takes. */
interface RunOptions {
  readonly onEvent: (event: EngineEvent) => void;
  readonly onOutput: (text: string) => void;
  readonly signal: AbortSignal;
  readonly color: "never";
  readonly suppressProgress: boolean;
  readonly suppressOutputs: boolean;
}

/**
 * Runs the engine with progress lines on the terminal and its own words in a log file (the engine shows no secret).
 * @param kind what is run; also names the log file
 * @param start starts the run with these options
 * @param onEvent also receives each event
 * @returns how many resources were changed
 * @throws CliError one sentence and a next step
 */
export async function runEngine(
  context: CliContext,
  kind: "up" | "preview" | "destroy",
  stack: Stack,
  start: (stack: Stack, options: RunOptions) => Promise<unknown>,
  onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<number> {
  const file = join(context.paths.logs, `${kind}-${new Date().toISOString().replace(/[:.]/g, "-")}.log`);
  const log = openLog(file, context.terminal.info);
  // A preview only plans, so there is nothing to tell before its end.
  const follower = new ProgressFollower((line) => {
    if (kind !== "preview") context.terminal.info(line);
  });
  // Our own provider is served by this process: no plugin has to be started for it.
  const served = await serveProviders();
  Object.assign(stack.workspace.envVars, served.env);
  try {
    await start(stack, {
      onEvent(event) {
        follower.take(event);
        onEvent(event);
      },
      onOutput: (text) => log.write(plain(text)),
      signal: context.signal,
      color: "never",
      suppressProgress: true,
      suppressOutputs: true,
    });
    return follower.changed;
  } catch (error) {
    if (context.signal.aborted) {
      throw new CliError("stopped; what was finished is kept", "the same command goes on from there", {
        exitCode: 130,
      });
    }
    log.write(`\n${plain(messageOf(error))}\n`);
    const translated = translateEngineError(follower.errors, messageOf(error));
    throw new CliError(translated.message, `${translated.nextStep} (log: ${file})`, { cause: error });
  } finally {
    served.close();
    await log.end();
  }
}
