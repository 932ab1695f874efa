import { MEMBER_ROLES } from "@supalove/contracts/api/identity.ts";
import { Command, Option } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly role: string;
  readonly json?: boolean;
}

/** `supalove members add ORGANIZATION EMAIL`. */
export function addMemberCommand(): Command {
  return withInstance(new Command("add"))
    .description("add a person who has signed in to the dashboard once")
    .argument("<organization>", "its id")
    .argument("<email>", "the address of their account")
    .addOption(new Option("--role <role>", "what they may do").choices([...MEMBER_ROLES]).default("developer"))
    .option("--json", "print the member as one JSON object")
    .action(
      action<Options>(async (context, options, [id = "", email = ""]) => {
        const [{ withApi }, { OrganizationMember }, { membersPath }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../http/members.ts"),
        ]);
        const body = { email, role: options.role };
        const path = membersPath(id);
        const member = await withApi(context, (api) => api.request("POST", path, OrganizationMember, body));
        if (options.json === true) context.terminal.out(JSON.stringify(member, null, 2));
        else context.terminal.out(`${member.user_name} (${member.user_id}) is now ${member.role}`);
      }),
    );
}
