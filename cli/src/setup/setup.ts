import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { ensureInstanceFolder } from "../instance/folder.ts";
import { readStackConfig } from "../instance/stackConfig.ts";
import { takeLock } from "../system/machineLock.ts";
import { dockerStep } from "./dockerStep.ts";
import { engineStep } from "./engineStep.ts";
import { createFacts } from "./facts.ts";
import { hostPackagesStep } from "./hostPackagesStep.ts";
import { imagesStep } from "./imagesStep.ts";
import { preflight } from "./preflight.ts";
import { prismaStep } from "./prismaStep.ts";
import { providerStep } from "./providerStep.ts";
import { planSteps, runSteps } from "./runSteps.ts";
import type { SetupContext, SetupStep } from "./step.ts";

const STEPS: readonly SetupStep[] = [hostPackagesStep, dockerStep, engineStep, imagesStep, prismaStep, providerStep];

/**
 * Makes sure that everything is there that a platform needs: host packages, Docker engine, Pulumi engine, images, the
 * database client and the instance's folder. Idempotent, and silent when nothing is to do.
 * @param more steps that only some purposes need
 * @returns true when something was done
 * @throws CliError that says what failed, what to do next, and where the log is
 */
export async function runSetup(context: CliContext, more: readonly SetupStep[] = []): Promise<boolean> {
  const steps = [...STEPS, ...more];
  await ensureInstanceFolder(context.paths);
  if ((await planSteps(await setupContext(context, () => undefined), steps)).length === 0) return false;

  const logFile = join(context.paths.logs, `setup-${new Date().toISOString().replace(/[:.]/g, "-")}.log`);
  let stream: WriteStream | undefined;
  const log = (text: string) => {
    stream ??= createWriteStream(logFile, { flags: "a", mode: 0o600 });
    stream.write(`${new Date().toISOString()} ${text.trimEnd()}\n`);
  };
  const lock = await takeLock(join(context.config.cacheDir, "setup"), "a set-up", (holder) =>
    context.terminal.info(`waiting for ${holder}, which is setting up this machine`),
  );
  try {
    // Looked at again: whoever had the lock may have done it all.
    const fresh = await setupContext(context, log);
    const due = await planSteps(fresh, steps);
    if (due.length === 0) return false;
    await preflight(fresh, due);
    await runSteps(fresh, due);
    return true;
  } catch (error) {
    log(`set-up failed: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
    if (context.signal.aborted) {
      throw new CliError("set-up was stopped", "run it again, it goes on where it was", {
        cause: error,
        exitCode: 130,
      });
    }
    const next = error instanceof CliError && error.nextStep !== undefined ? `${error.nextStep}; ` : "";
    throw new CliError(
      `set-up failed: ${messageOf(error)}`,
      `${next}the log is ${logFile}; ./supalove setup goes on where it was`,
      { cause: error },
    );
  } finally {
    await lock.release();
    await new Promise<void>((done) => (stream === undefined ? done() : stream.end(done)));
  }
}

async function setupContext(context: CliContext, log: (text: string) => void): Promise<SetupContext> {
  const settings = await readStackConfig(context.paths.stackConfig);
  return { ...context, facts: createFacts(settings), logDir: context.paths.logs, log };
}
