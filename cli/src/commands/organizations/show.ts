import type { OrganizationDetails } from "@supalove/contracts/api/index.ts";
import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import type { Terminal } from "../../terminal.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** What each policy means, for people. */
const POLICIES: Readonly<Record<OrganizationDetails["approval_policy"], string>> = {
  none: "one person is enough for every change",
  destructive: "a second person must approve what loses data",
  always: "a second person must approve every change of a project",
};

/** `supalove organizations show ORGANIZATION`. */
export function showOrganizationCommand(): Command {
  return withInstance(new Command("show"))
    .description("show an organization, your role in it, and which changes need a second person")
    .argument("<organization>", "its id")
    .option("--json", "print one JSON object")
    .action(
      action<Options>(async (context, options, [id = ""]) => {
        const [{ segment, withApi }, { OrganizationDetails }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
        ]);
        const path = `/v1/organizations/${segment("organization id", id)}`;
        const found = await withApi(context, (api) => api.request("GET", path, OrganizationDetails));
        printOrganization(context.terminal, found, options.json === true);
      }),
    );
}

/** Prints an organization for people or for programs. */
export function printOrganization(terminal: Terminal, organization: OrganizationDetails, json: boolean): void {
  const { id, name, role, approval_policy: policy } = organization;
  if (json) terminal.out(JSON.stringify(organization, null, 2));
  else {
    const lines = [`id      ${id}`, `name    ${name}`, `role    ${role}`, `policy  ${policy}: ${POLICIES[policy]}`];
    terminal.out(lines.join("\n"));
  }
}
