import { Listr } from "listr2";
import { CliError, messageOf } from "../errors.ts";
import { elapsed, type Terminal } from "../terminal.ts";
import type { PlannedStep, SetupContext, SetupStep } from "./step.ts";

/** Asks all steps at once what there is to do. Changes nothing. */
export async function planSteps(context: SetupContext, steps: readonly SetupStep[]): Promise<readonly PlannedStep[]> {
  const plans = await Promise.all(steps.map(async (step) => ({ step, work: await step.plan(context) })));
  return plans.filter((plan): plan is PlannedStep => plan.work !== undefined);
}

/**
 * Does the planned work, side by side where no step waits for another. One that fails stops those that come after it;
 * the others finish, so that the next run starts from there.
 * @throws the error of the first step that failed
 */
export async function runSteps(context: SetupContext, due: readonly PlannedStep[]): Promise<void> {
  const failures: unknown[] = [];
  const running = new Map(due.map(({ step }) => [step.name, Promise.withResolvers<boolean>()]));
  const runOne = async ({ step, work }: PlannedStep, report: (text: string) => void): Promise<void> => {
    const log = (text: string) => context.log(`${step.name}: ${text}`);
    let succeeded = false;
    try {
      const before = await Promise.all(step.after.map((name) => running.get(name)?.promise));
      if (before.includes(false)) throw new CliError(`not started, because ${step.after.join(" or ")} failed`);
      log(work.what);
      report(work.what);
      await work.run((text) => {
        log(text);
        report(text);
      });
      log("done");
      succeeded = true;
    } catch (error) {
      log(`failed: ${messageOf(error)}`);
      failures.push(error);
      throw error;
    } finally {
      running.get(step.name)?.resolve(succeeded);
    }
  };
  await (context.terminal.interactive ? withSpinners(due, runOne) : withLines(context.terminal, due, runOne));
  if (failures.length > 0) throw failures[0];
}

type RunOne = (planned: PlannedStep, report: (text: string) => void) => Promise<void>;

async function withSpinners(due: readonly PlannedStep[], runOne: RunOne): Promise<void> {
  const tasks = due.map((planned) => ({
    title: planned.step.name,
    task: async (_: unknown, task: { output: string; title: string }) => {
      const started = performance.now();
      try {
        await runOne(planned, (text) => {
          task.output = text;
        });
      } finally {
        task.title = `${planned.step.name} (${elapsed(performance.now() - started)})`;
      }
    },
  }));
  const rendererOptions = { collapseErrors: false, showErrorMessage: false };
  await new Listr(tasks, { concurrent: true, exitOnError: false, rendererOptions }).run();
}

/** Without a terminal a step's progress is a line at most this often: a log that somebody reads afterwards. */
const LINE_INTERVAL_MS = 10_000;

async function withLines(terminal: Terminal, due: readonly PlannedStep[], runOne: RunOne): Promise<void> {
  const started = performance.now();
  const line = (name: string, text: string) =>
    terminal.info(`[${elapsed(performance.now() - started).padStart(9)}] ${name}: ${text}`);
  const tasks = due.map(async (planned) => {
    const begun = performance.now();
    const { name } = planned.step;
    let next = 0;
    try {
      await runOne(planned, (text) => {
        if (performance.now() < next) return;
        next = performance.now() + LINE_INTERVAL_MS;
        line(name, text);
      });
      line(name, `done in ${elapsed(performance.now() - begun)}`);
    } catch (error) {
      line(name, `failed after ${elapsed(performance.now() - begun)}: ${messageOf(error).split("\n")[0]}`);
    }
  });
  await Promise.all(tasks);
}
