import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withSetup } from "./common.ts";

interface Options extends CommonOptions {
  readonly keep?: boolean;
}

/** `supalove test`: proves everything on an instance of its own. */
export function testCommand(): Command {
  return withSetup(new Command("test"))
    .description("set up what is missing and prove everything on a test instance beside whatever runs")
    .argument("[filter...]", "only test files whose path holds one of these words")
    .option("--keep", "leave the test instance there afterwards")
    .addHelpText(
      "after",
      "\nRuns lint, format and type check, unit and service tests, then acceptance, attack and recovery tests. The test" +
        "\ninstance is removed afterwards, also after ctrl-C; with --instance one that is there already is used and kept." +
        "\nThe last line is  N passed, N failed, N skipped ; the exit code is 1 when something failed.",
    )
    .action(
      action<Options>(async (context, options, filters) => {
        const [{ renderResults, runSuite }, { closingLine, sumCounts }, { table }] = await Promise.all([
          import("../suite/runSuite.ts"),
          import("../suite/counts.ts"),
          import("../terminal.ts"),
        ]);
        const results = await runSuite(context, { filters, instance: options.instance, keep: options.keep === true });
        const sum = sumCounts(results.map(({ counts }) => counts));
        context.terminal.out(`\n${table(renderResults(results))}\n`);
        const failures = results.flatMap(({ counts }) => counts.failures ?? []);
        if (failures.length > 0) context.terminal.out(`failed:\n${failures.map((line) => `  ${line}`).join("\n")}\n`);
        context.terminal.out(closingLine(sum));
        if (context.signal.aborted) process.exitCode = 130;
        else if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
      }),
    );
}
