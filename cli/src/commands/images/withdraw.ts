import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";
import { changeCatalogue } from "./catalogue.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove images withdraw SERVICE VERSION`. */
export function withdrawImageCommand(): Command {
  return withInstance(new Command("withdraw"))
    .description("offer a version no more; projects that run it go on with it")
    .argument("<service>", "db, rest, meta or gateway")
    .argument("<version>", "the version, as supalove images list shows it")
    .option("--json", "print the entry as one JSON object")
    .action(
      action<Options>(async (context, options, args) => {
        const { requireOperands } = await import("./requireOperands.ts");
        requireOperands(args);
        const entry = await changeCatalogue(context, ["withdraw", "--", ...args]);
        if (options.json === true) context.terminal.out(JSON.stringify(entry, null, 2));
        else context.terminal.out(`${entry.service} ${entry.version} is withdrawn`);
      }),
    );
}
