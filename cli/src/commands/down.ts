import { Command } from "commander";
import { action, withInstance } from "./common.ts";

/** `supalove down`: stops everything and keeps the data. */
export function downCommand(): Command {
  return withInstance(new Command("down"))
    .description("stop the platform; all data is kept, up starts it again")
    .action(
      action(async (context) => {
        const { takeDown } = await import("../platform/down.ts");
        const stopped = await takeDown(context);
        context.terminal.out(
          stopped === 0
            ? `Instance ${context.instance} does not run.`
            : `${stopped} containers stopped, all data kept.`,
        );
      }),
    );
}
