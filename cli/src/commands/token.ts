import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withInstance } from "./common.ts";

interface Options extends CommonOptions {
  readonly ttl: string;
  readonly name: string;
}

/** `supalove token`: a personal access token of the local admin. */
export function tokenCommand(): Command {
  return withInstance(new Command("token"))
    .description("print a personal access token of the local admin")
    .option("--ttl <time>", "how long it is good for: 15m, 24h, 30d", "24h")
    .option("--name <name>", "name under which it is listed and can be revoked", "supalove token")
    .addHelpText("after", "\nThe token is the last line:  export TOKEN=$(supalove token | tail -n 1)")
    .action(
      action<Options>(async (context, options) => {
        const { mintToken } = await import("../http/mintToken.ts");
        context.terminal.out(await mintToken(context, options.ttl, options.name));
      }),
    );
}
