import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";
import { changeCatalogue } from "./catalogue.ts";

interface Options extends CommonOptions {
  readonly note?: string;
  readonly json?: boolean;
}

/** `supalove images add SERVICE VERSION REFERENCE`. */
export function addImageCommand(): Command {
  return withInstance(new Command("add"))
    .description(
      "offer a version to dedicated projects, or one that was withdrawn again; every server must have its image",
    )
    .argument("<service>", "db, rest, meta or gateway")
    .argument("<version>", "what people call it, as 15.8.1.085")
    .argument("<reference>", "the image, as supabase/postgres:15.8.1.085; pulled where a server does not have it")
    .option("--note <text>", "what is to be said of it")
    .option("--json", "print the entry as one JSON object")
    .action(
      action<Options>(async (context, options, args) => {
        const { requireOperands } = await import("./requireOperands.ts");
        requireOperands(args, options.note);
        const note = options.note === undefined ? [] : [`--note=${options.note}`];
        const entry = await changeCatalogue(context, ["add", ...note, "--", ...args]);
        if (options.json === true) context.terminal.out(JSON.stringify(entry, null, 2));
        else context.terminal.out(`${entry.service} ${entry.version} is offered (${entry.reference})`);
      }),
    );
}
