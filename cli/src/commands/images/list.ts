import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";
import { askCatalogue } from "./catalogue.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove images list`. */
export function listImagesCommand(): Command {
  return withInstance(new Command("list"))
    .description("list all versions, withdrawn ones too")
    .option("--json", "print a JSON list")
    .action(
      action<Options>(async (context, options) => {
        const [{ CatalogueEntry }, { table }] = await Promise.all([
          import("@supalove/contracts"),
          import("../../terminal.ts"),
        ]);
        const entries = CatalogueEntry.array().parse(await askCatalogue(context, ["list"]));
        if (options.json === true) context.terminal.out(JSON.stringify(entries, null, 2));
        else if (entries.length === 0)
          context.terminal.info("There are no versions: this platform has no dedicated plan.");
        else {
          const rows = entries.map(({ service, version, reference, release, withdrawn_at, note }) => [
            service,
            version,
            reference,
            withdrawn_at === null ? (release ? "this release" : "offered") : "withdrawn",
            note,
          ]);
          context.terminal.out(table([["SERVICE", "VERSION", "IMAGE", "STATE", "NOTE"], ...rows]));
        }
      }),
    );
}
