import { Command } from "commander";
import { action, withInstance } from "../common.ts";

/** `supalove operations watch ID`. */
export function watchOperationCommand(): Command {
  return withInstance(new Command("watch"))
    .description("show the progress of an operation until it ends")
    .argument("<id>", "the operation's id")
    .addHelpText("after", "\nThe exit code is 0 when the operation succeeded.")
    .action(
      action(async (context, _options, [id = ""]) => {
        const { withApi } = await import("../../http/api.ts");
        const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
        requireSuccess(await withApi(context, (api) => watchOperation(api, id, context.terminal.out)));
      }),
    );
}
