import { Command } from "commander";
import { helpful } from "../common.ts";
import { addMemberCommand } from "./add.ts";
import { listMembersCommand } from "./list.ts";
import { removeMemberCommand } from "./remove.ts";
import { memberRoleCommand } from "./role.ts";

/** `supalove members ...`. */
export function membersCommand(): Command {
  const command = helpful(new Command("members")).description("list, add and remove the members of an organization");
  for (const sub of [listMembersCommand(), addMemberCommand(), memberRoleCommand(), removeMemberCommand()]) {
    command.addCommand(sub);
  }
  return command;
}
