import { Command } from "commander";
import { action, withInstance } from "../common.ts";

/** `supalove operations cancel ID`. */
export function cancelOperationCommand(): Command {
  return withInstance(new Command("cancel"))
    .description("cancel an operation that waits or runs; a running one is ended in order")
    .argument("<id>", "the operation's id")
    .action(
      action(async (context, _options, [id = ""]) => {
        const [{ segment, withApi }, { z }] = await Promise.all([import("../../http/api.ts"), import("zod")]);
        const path = `/v1/operations/${segment("operation id", id)}/cancel`;
        await withApi(context, (api) => api.request("POST", path, z.unknown()));
        context.terminal.out(`operation ${id} is being cancelled; supalove operations watch ${id} shows its end`);
      }),
    );
}
