import { Command } from "commander";
import { action, withSetup } from "./common.ts";

/** `supalove setup`: everything a platform needs on this machine. */
export function setupCommand(): Command {
  return withSetup(new Command("setup"))
    .description("install and build what the platform needs; safe to interrupt and to run again")
    .addHelpText(
      "after",
      "\nInstalls missing programs of the operating system (as root on Debian or Ubuntu), starts Docker, gets the Pulumi" +
        "\nengine and builds the images. `up` and `test` run it by themselves. `doctor` shows beforehand what is missing.",
    )
    .action(
      action(async (context) => {
        const { runSetup } = await import("../setup/setup.ts");
        const worked = await runSetup(context);
        context.terminal.out(worked ? "Everything is set up now." : "Everything is set up, nothing to do.");
      }),
    );
}
