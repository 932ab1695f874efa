import { OPERATION_STATUSES } from "@supalove/contracts";
import { Command, Option } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly project?: string;
  readonly status?: string;
  readonly json?: boolean;
}

/** `supalove operations list`. */
export function listOperationsCommand(): Command {
  return withInstance(new Command("list"))
    .description("list operations, the newest first")
    .option("--project <ref>", "only those of one project")
    .addOption(new Option("--status <status>", "only those with this status").choices([...OPERATION_STATUSES]))
    .option("--json", "print a JSON list")
    .action(
      action<Options>(async (context, options) => {
        const [{ withApi }, { Operation }, { table }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../terminal.ts"),
        ]);
        const query = new URLSearchParams();
        if (options.project !== undefined) query.set("project_ref", options.project);
        if (options.status !== undefined) query.set("status", options.status);
        const path = query.size === 0 ? "/v1/operations" : `/v1/operations?${query}`;
        const operations = await withApi(context, (api) => api.request("GET", path, Operation.array()));
        if (options.json === true) context.terminal.out(JSON.stringify(operations, null, 2));
        else if (operations.length === 0) context.terminal.info("There are no such operations.");
        else {
          const rows = operations.map((o) => [o.id, o.kind, o.project_ref ?? "-", o.status, o.created_at, o.summary]);
          context.terminal.out(table([["ID", "KIND", "PROJECT", "STATUS", "CREATED", "SUMMARY"], ...rows]));
        }
      }),
    );
}
