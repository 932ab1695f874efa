import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withInstance } from "./common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove status`: what runs, and where. */
export function statusCommand(): Command {
  return withInstance(new Command("status"))
    .description("show the state of every part of the platform, its URLs, and what the last look for drift found")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nThe exit code is 0 whenever Docker could be asked, healthy or not.")
    .action(
      action<Options>(async (context, options) => {
        const { collectStatus } = await import("../status/collect.ts");
        const status = await collectStatus(context);
        if (options.json === true) {
          context.terminal.out(JSON.stringify(status, null, 2));
          return;
        }
        const { renderStatus } = await import("../status/render.ts");
        context.terminal.out(renderStatus(status, new Date()));
      }),
    );
}
