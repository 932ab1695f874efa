import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withInstance } from "./common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove env`: shell lines that make plain `pulumi` work on the same stack. */
export function envCommand(): Command {
  return withInstance(new Command("env"))
    .description("print shell lines with which plain pulumi works on this instance's stack")
    .option("--json", "print one JSON object instead")
    .addHelpText(
      "after",
      '\nUse it as  eval "$(supalove env)"  and run pulumi preview, up or destroy at the repository root.',
    )
    .action(
      action<Options>(async (context, options) => {
        const { engineEnv, shellQuote } = await import("../platform/engineEnv.ts");
        const { instanceExists } = await import("../instance/folder.ts");
        if (!(await instanceExists(context.paths))) {
          const { CliError } = await import("../errors.ts");
          throw new CliError(`there is no instance ${context.instance} on this machine`, "make it with ./supalove up");
        }
        const env = engineEnv(context.config, context.paths, context.instance);
        if (options.json === true) {
          context.terminal.out(JSON.stringify(env, null, 2));
          return;
        }
        for (const [name, value] of Object.entries(env)) context.terminal.out(`export ${name}=${shellQuote(value)}`);
      }),
    );
}
