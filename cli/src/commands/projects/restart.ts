import { StackService } from "@supalove/contracts";
import { Argument, Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `supalove projects restart REF SERVICE`. */
export function restartServiceCommand(): Command {
  return withInstance(new Command("restart"))
    .description("stop one service of a dedicated project and start it again")
    .argument("<ref>", "the project's ref")
    .addArgument(new Argument("<service>", "the service").choices(StackService.options))
    .option("--wait", "show the progress and end when it is healthy again")
    .option("--json", "print the operation's id as JSON")
    .action(
      action<Options>(async (context, options, [ref = "", service = ""]) => {
        const [{ segment, withApi }, { StartedOperation }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
        ]);
        const { terminal } = context;
        const path = `/v1/projects/${segment("project ref", ref)}/services/${service}/restart`;
        await withApi(context, async (api) => {
          const { operation_id } = await api.request("POST", path, StartedOperation);
          if (options.wait === true) {
            const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
            requireSuccess(await watchOperation(api, operation_id, terminal.info));
          }
          if (options.json === true) terminal.out(JSON.stringify({ operation_id }, null, 2));
          else terminal.out(options.wait === true ? `${service} is restarted` : `accepted, operation ${operation_id}`);
        });
      }),
    );
}
