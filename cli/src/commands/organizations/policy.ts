import { APPROVAL_POLICIES } from "@supalove/contracts/api/organizations.ts";
import { Argument, Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";
import { printOrganization } from "./show.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove organizations policy ORGANIZATION POLICY`. */
export function organizationPolicyCommand(): Command {
  return withInstance(new Command("policy"))
    .description("say which changes of an organization's projects need a second person's approval")
    .argument("<organization>", "its id")
    .addArgument(new Argument("<policy>", "nothing, what loses data, or everything").choices([...APPROVAL_POLICIES]))
    .option("--json", "print one JSON object")
    .action(
      action<Options>(async (context, options, [id = "", approval_policy = ""]) => {
        const [{ segment, withApi }, { OrganizationDetails }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
        ]);
        const path = `/v1/organizations/${segment("organization id", id)}`;
        const found = await withApi(context, (api) =>
          api.request("PATCH", path, OrganizationDetails, { approval_policy }),
        );
        printOrganization(context.terminal, found, options.json === true);
      }),
    );
}
