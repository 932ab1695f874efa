import { Command } from "commander";
import { helpful } from "../common.ts";
import { listOrganizationsCommand } from "./list.ts";
import { organizationPolicyCommand } from "./policy.ts";
import { showOrganizationCommand } from "./show.ts";

/** `supalove organizations ...`. */
export function organizationsCommand(): Command {
  const command = helpful(new Command("organizations")).description(
    "list and show organizations, and say which changes need a second person",
  );
  for (const sub of [listOrganizationsCommand(), showOrganizationCommand(), organizationPolicyCommand()]) {
    command.addCommand(sub);
  }
  return command;
}
