import { Command } from "commander";
import { helpful } from "../common.ts";
import { cancelOperationCommand } from "./cancel.ts";
import { listOperationsCommand } from "./list.ts";
import { showOperationCommand } from "./show.ts";
import { watchOperationCommand } from "./watch.ts";

/** `supalove operations ...`. */
export function operationsCommand(): Command {
  const command = helpful(new Command("operations")).description("list, show, watch and cancel operations");
  for (const sub of [
    listOperationsCommand(),
    showOperationCommand(),
    watchOperationCommand(),
    cancelOperationCommand(),
  ]) {
    command.addCommand(sub);
  }
  return command;
}
