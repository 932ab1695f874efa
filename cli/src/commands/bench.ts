import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withInstance } from "./common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
  readonly out?: string;
}

/** `supalove bench`: the figures of docs/measurements.md. */
export function benchCommand(): Command {
  return withInstance(new Command("bench"))
    .description("measure the running platform")
    .argument("[name...]", "only these benches")
    .option("--json", "print a JSON list")
    .option("--out <file>", "also write the figures to a file, as Markdown")
    .action(
      action<Options>(async (context, options, names) => {
        const [{ join }, { runTool }] = await Promise.all([import("node:path"), import("../suite/runTool.ts")]);
        if (options.out !== undefined) {
          const [{ access }, { dirname }, { CliError }] = await Promise.all([
            import("node:fs/promises"),
            import("node:path"),
            import("../errors.ts"),
          ]);
          await access(dirname(options.out)).catch(() => {
            throw new CliError(`there is no folder for --out ${options.out}`, "make it first, or name another file");
          });
        }
        const args = [
          ...names,
          ...(options.json === true ? ["--json"] : []),
          ...(options.out === undefined ? [] : ["--out", options.out]),
        ];
        const env = { SUPALOVE_TEST_INSTANCE: context.instance, SUPALOVE_INSTANCE: context.instance };
        process.exitCode = await runTool(context, join("bench", "src", "main.ts"), args, env);
      }),
    );
}
