import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withInstance } from "./common.ts";

interface Options extends CommonOptions {
  readonly yesDestroyData?: boolean;
}

/** `supalove destroy`: takes an instance away with all its data. */
export function destroyCommand(): Command {
  return withInstance(new Command("destroy"))
    .description("remove the platform with all projects and all data, for good")
    .option("--yes-destroy-data", "do not ask for the instance's name")
    .addHelpText(
      "after",
      "\nSays what will be lost and asks for the instance's name. Images and the engine stay on the machine.",
    )
    .action(
      action<Options>(async (context, options) => {
        const [{ describeLosses, destroyInstance, findLosses }, { confirmByName }] = await Promise.all([
          import("../platform/destroy.ts"),
          import("../confirm.ts"),
        ]);
        const losses = describeLosses(await findLosses(context));
        if (losses.length === 0) {
          context.terminal.out(`There is nothing of an instance ${context.instance} on this machine.`);
          return;
        }
        context.terminal.info(`This removes instance ${context.instance} for good:`);
        for (const line of losses) context.terminal.info(`  - ${line}`);
        if (options.yesDestroyData !== true) await confirmByName(context, context.instance, "--yes-destroy-data");
        await destroyInstance(context);
        context.terminal.out(`Instance ${context.instance} is gone.`);
      }),
    );
}
