import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withSetup } from "./common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove drift`: what of the platform itself was changed by hand. */
export function driftCommand(): Command {
  return withSetup(new Command("drift"))
    .description("compare the platform's containers, networks, volumes and databases with what they should be")
    .option("--json", "print the differences as a JSON list")
    .addHelpText(
      "after",
      "\nChanges nothing; supalove up puts right what is missing, supalove up --refresh everything.\n" +
        "For a project: supalove projects drift REF.",
    )
    .action(
      action<Options>(async (context, options) => {
        const [{ previewUp }, { renderPlan, terminalPaint }] = await Promise.all([
          import("../platform/up.ts"),
          import("../plan/renderPlan.ts"),
        ]);
        const changes = await previewUp(context, "supalove drift", true);
        if (options.json === true) context.terminal.out(JSON.stringify(changes, null, 2));
        else context.terminal.out(changes.length === 0 ? "no drift" : renderPlan(changes, terminalPaint));
      }),
    );
}
