import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove members list ORGANIZATION`. */
export function listMembersCommand(): Command {
  return withInstance(new Command("list"))
    .description("list the members of an organization")
    .argument("<organization>", "its id")
    .option("--json", "print a JSON list")
    .action(
      action<Options>(async (context, options, [id = ""]) => {
        const [{ withApi }, { getMembers }, { table }] = await Promise.all([
          import("../../http/api.ts"),
          import("../../http/members.ts"),
          import("../../terminal.ts"),
        ]);
        const members = await withApi(context, (api) => getMembers(api, id));
        if (options.json === true) context.terminal.out(JSON.stringify(members, null, 2));
        else {
          const rows = members.map((m) => [m.user_id, m.user_name, m.email ?? "-", m.role, m.created_at]);
          context.terminal.out(table([["ID", "NAME", "EMAIL", "ROLE", "SINCE"], ...rows]));
        }
      }),
    );
}
