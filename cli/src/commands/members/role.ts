import { MEMBER_ROLES } from "@supalove/contracts/api/identity.ts";
import { Argument, Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

/** `supalove members role ORGANIZATION MEMBER ROLE`. */
export function memberRoleCommand(): Command {
  return withInstance(new Command("role"))
    .description("give a member another role; it holds at once")
    .argument("<organization>", "its id")
    .argument("<member>", "the member's id or address")
    .addArgument(new Argument("<role>", "what they may do").choices([...MEMBER_ROLES]))
    .action(
      action<CommonOptions>(async (context, _options, [id = "", who = "", role = ""]) => {
        const [{ withApi }, { OrganizationMember }, { findMember, membersPath }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../http/members.ts"),
        ]);
        const member = await withApi(context, async (api) => {
          const { user_id } = await findMember(api, id, who);
          return api.request("PATCH", `${membersPath(id)}/${user_id}`, OrganizationMember, { role });
        });
        context.terminal.out(`${member.user_name} (${member.user_id}) is now ${member.role}`);
      }),
    );
}
