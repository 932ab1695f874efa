import { join } from "node:path";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { ensureInstanceFolder } from "../instance/folder.ts";
import { parseStackConfig, readStackConfig } from "../instance/stackConfig.ts";
import { openLog } from "../system/logFile.ts";
import { takeLock } from "../system/machineLock.ts";
import { systemProblem } from "../systemError.ts";
import { chooseImageSet } from "./chooseImageSet.ts";
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

/** What is set up: an instance with its folder and its image set, or only what every instance of the machine shares. */
export type SetupScope = "instance" | "machine";

/**
 * Makes sure that everything is there that a platform needs: host packages, Docker engine, Pulumi engine, images, the
 * database client and the instance's folder. Idempotent, and silent when nothing is to do.
 * @param more steps that only some purposes need
 * @returns true when something was done
 * @throws CliError that says what failed, what to do next, and where the log is
 */
export async function runSetup(
  context: CliContext,
  scope: SetupScope = "instance",
  more: readonly SetupStep[] = [],
): Promise<boolean> {
  const steps = [...STEPS, ...more];
  await preflight(context, []);
  if (scope === "instance") await ensureInstanceFolder(context.paths);
  const logDir = scope === "instance" ? context.paths.logs : join(context.config.cacheDir, "logs");
  const look = async (log: (text: string) => void): Promise<SetupContext> => {
    const settings =
      scope === "instance" ? await readStackConfig(context.paths.stackConfig) : parseStackConfig("", "no file");
    return { ...context, settings, facts: createFacts(settings), logDir, log };
  };
  const seen = await look(() => undefined);
  const undecided = scope === "instance" && seen.settings.imageSet === undefined;
  if (!undecided && (await planSteps(seen, steps)).length === 0) return false;

  const logFile = join(logDir, `setup-${new Date().toISOString().replace(/[:.]/g, "-")}.log`);
  const file = openLog(logFile, context.terminal.info);
  const log = (text: string) => file.write(`${new Date().toISOString()} ${text.trimEnd()}\n`);
  const lock = await takeLock(join(context.config.cacheDir, "setup"), "a set-up", (holder) =>
    context.terminal.info(`waiting for ${holder}, which is setting up this machine`),
  );
  const work = async (wanted: readonly SetupStep[]): Promise<boolean> => {
    // Looked at again: whoever had the lock may have done it all.
    const fresh = await look(log);
    const due = await planSteps(fresh, wanted);
    if (due.length === 0) return false;
    await preflight(fresh, due);
    await runSteps(fresh, due);
    return true;
  };
  try {
    // Which images are wanted is for the Docker engine to say, so it comes first where that is open.
    const started = undecided && (await work([dockerStep]));
    if (undecided) await chooseImageSet(await look(log));
    return (await work(steps)) || started;
  } catch (thrown) {
    const error = systemProblem(thrown) ?? thrown;
    log(`set-up failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown)}`);
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
    await file.end();
  }
}
