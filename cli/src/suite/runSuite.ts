import { join } from "node:path";
import type { CliContext } from "../context.ts";
import { renderError } from "../errors.ts";
import { browserStep } from "../setup/browserStep.ts";
import { runSetup } from "../setup/setup.ts";
import { elapsed } from "../terminal.ts";
import { type Counts, NO_TESTS } from "./counts.ts";
import { runMachineTests } from "./machineTests.ts";
import { removeLeftovers } from "./removeLeftovers.ts";
import { runTool } from "./runTool.ts";
import { openTestInstance } from "./testInstance.ts";
import { chooseTests, listTests, runVitest } from "./vitest.ts";

/** What `supalove test` was asked for. */
export interface SuiteOptions {
  /** Test files whose path holds one of these; empty for everything, the checks of the source included. */
  readonly filters: readonly string[];
  /** Instance to test on; undefined for a new one. */
  readonly instance: string | undefined;
  readonly keep: boolean;
}

/** How one part of the suite ended. */
export interface PartResult {
  readonly part: string;
  readonly counts: Counts;
  readonly took: number;
}

const PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

/**
 * Runs everything that proves this source tree: checks of the source, unit and service tests, the acceptance tests on
 * an instance of their own, and the kills of a whole Docker engine on a machine of their own. A part that fails does not
 * stop the others; without a set-up there is nothing to run.
 * @throws CliError for a filter that names nothing
 */
export async function runSuite(context: CliContext, options: SuiteOptions): Promise<readonly PartResult[]> {
  const results: PartResult[] = [];
  const part = async (name: string, run: () => Promise<Counts>): Promise<Counts> => {
    if (context.signal.aborted) return NO_TESTS;
    context.terminal.info(`\n=== ${name}`);
    const started = performance.now();
    let counts: Counts;
    try {
      counts = await run();
    } catch (error) {
      context.terminal.info(renderError(error, true));
      counts = FAILED;
    }
    results.push({ part: name, counts, took: performance.now() - started });
    return counts;
  };
  const tool =
    (script: string, ...args: string[]) =>
    async () =>
      (await runTool(context, join("node_modules", script), args)) === 0 ? PASSED : FAILED;

  const { filters } = options;
  const chosen = filters.length === 0 ? undefined : chooseTests(await listTests(context), filters);
  const ready = await part("set-up", async () => {
    await runSetup(context, "machine");
    return PASSED;
  });
  if (ready.failed > 0) return results;
  await removeLeftovers(context);
  if (filters.length === 0) {
    const biome = join("@biomejs", "biome", "bin", "biome");
    await part("lint", tool(biome, "lint", "--error-on-warnings", "."));
    await part("format", tool(biome, "check", "--linter-enabled=false", "."));
    const tsc = join("typescript", "bin", "tsc");
    await part("type check", tool(tsc, "-p", "tsconfig.json"));
    await part("type check of the dashboard", tool(tsc, "-p", join("dashboard", "tsconfig.json")));
  }
  for (const project of ["unit", "service"] as const) {
    const files = chosen?.[project];
    if (files?.length !== 0) await part(`${project} tests`, () => runVitest(context, project, files ?? []));
  }
  const acceptance = chosen?.acceptance;
  if (acceptance?.length !== 0) {
    await part("acceptance tests", async () => {
      await runSetup(context, "machine", [browserStep]);
      const { context: own, dispose } = await openTestInstance(context, options.instance, options.keep);
      try {
        const env = { SUPALOVE_TEST_INSTANCE: own.instance, SUPALOVE_INSTANCE: own.instance };
        return await runVitest(own, "acceptance", acceptance ?? [], env);
      } finally {
        await dispose();
      }
    });
  }
  const machine = chosen?.machine;
  if (machine?.length !== 0) {
    await part("engine kills, on a machine of their own", () => runMachineTests(context, machine ?? []));
  }
  return results;
}

/** The parts, one a line. */
export function renderResults(results: readonly PartResult[]): readonly (readonly string[])[] {
  return results.map(({ part, counts, took }) => [
    counts.failed > 0 ? "FAILED" : "ok",
    part,
    `${counts.passed} passed`,
    `${counts.failed} failed`,
    `${counts.skipped} skipped`,
    elapsed(took),
  ]);
}
