import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

/** `supalove members remove ORGANIZATION MEMBER`. */
export function removeMemberCommand(): Command {
  return withInstance(new Command("remove"))
    .description("remove a member; their access ends at once")
    .argument("<organization>", "its id")
    .argument("<member>", "the member's id or address")
    .action(
      action<CommonOptions>(async (context, _options, [id = "", who = ""]) => {
        const [{ withApi }, { OrganizationMember }, { findMember, membersPath }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../http/members.ts"),
        ]);
        const member = await withApi(context, async (api) => {
          const { user_id } = await findMember(api, id, who);
          return api.request("DELETE", `${membersPath(id)}/${user_id}`, OrganizationMember);
        });
        context.terminal.out(`${member.user_name} (${member.user_id}) is no longer a member`);
      }),
    );
}
