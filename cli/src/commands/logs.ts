import { PLATFORM_SERVICES } from "@supalove/contracts";
import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withInstance } from "./common.ts";

interface Options extends CommonOptions {
  readonly follow?: boolean;
  readonly tail: string;
}

/** `supalove logs [service]`: what the containers wrote. */
export function logsCommand(): Command {
  return withInstance(new Command("logs"))
    .description("show the logs of the platform's containers, or of one")
    .argument("[service]", `one of ${PLATFORM_SERVICES.join(", ")}`)
    .option("-f, --follow", "go on as new lines come")
    .option("--tail <lines>", "how many of the last lines", "100")
    .action(
      action<Options>(async (context, options, [service]) => {
        const { showLogs } = await import("../platform/logs.ts");
        await showLogs(context, service, { follow: options.follow === true, tail: options.tail });
      }),
    );
}
