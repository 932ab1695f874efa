import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove organizations list`. */
export function listOrganizationsCommand(): Command {
  return withInstance(new Command("list"))
    .description("list the organizations you are in")
    .option("--json", "print a JSON list")
    .action(
      action<Options>(async (context, options) => {
        const [{ withApi }, { Organization }, { table }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../terminal.ts"),
        ]);
        const list = await withApi(context, (api) => api.request("GET", "/v1/organizations", Organization.array()));
        if (options.json === true) context.terminal.out(JSON.stringify(list, null, 2));
        else context.terminal.out(table([["ID", "NAME"], ...list.map(({ id, name }) => [id, name])]));
      }),
    );
}
