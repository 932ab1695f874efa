import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove operations show ID`. */
export function showOperationCommand(): Command {
  return withInstance(new Command("show"))
    .description("show one operation and, when it failed, why")
    .argument("<id>", "the operation's id")
    .option("--json", "print one JSON object")
    .action(
      action<Options>(async (context, options, [id = ""]) => {
        const [{ segment, withApi }, { OperationDetails }, { elapsed, table }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../terminal.ts"),
        ]);
        const path = `/v1/operations/${segment("operation id", id)}`;
        const operation = await withApi(context, (api) => api.request("GET", path, OperationDetails));
        if (options.json === true) {
          context.terminal.out(JSON.stringify(operation, null, 2));
          return;
        }
        const rows = [
          ["id", operation.id],
          ["kind", operation.kind],
          ["project", operation.project_ref ?? "-"],
          ["status", operation.status],
          ["what", operation.summary],
          ["asked for by", operation.actor],
          ["created", operation.created_at],
          ["started", operation.started_at ?? ""],
          ["finished", operation.finished_at ?? ""],
        ];
        if (operation.error !== null) {
          rows.push(["error", `${operation.error.message} (${operation.error.code})`]);
          rows.push(["next step", operation.error.next_step]);
        }
        for (const { phase, message, milliseconds } of operation.phases) {
          rows.push([phase, `${elapsed(milliseconds)}  ${message}`]);
        }
        context.terminal.out(table(rows));
      }),
    );
}
