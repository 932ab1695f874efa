import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { segment } from "../../http/segment.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly project?: string;
  readonly json?: boolean;
}

/** `supalove backups list`. */
export function listBackupsCommand(): Command {
  return withInstance(new Command("list"))
    .description("list the backups you may see, those of deleted projects too")
    .option("--project <ref>", "those of one project only")
    .option("--json", "print a JSON list")
    .action(
      action<Options>(async (context, options) => {
        const [{ withApi }, { Backup }, { table }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../terminal.ts"),
        ]);
        const { project } = options;
        const query = project === undefined ? "" : `?project_ref=${segment("project ref", project)}`;
        const backups = await withApi(context, (api) => api.request("GET", `/v1/backups${query}`, Backup.array()));
        if (options.json === true) context.terminal.out(JSON.stringify(backups, null, 2));
        else if (backups.length === 0) context.terminal.info("There are no backups.");
        else {
          const rows = backups.map((b) => [
            b.id,
            b.project_ref,
            b.project_name,
            String(b.bytes),
            b.created_at,
            b.expires_at,
          ]);
          context.terminal.out(table([["ID", "REF", "NAME", "BYTES", "TAKEN", "KEPT UNTIL"], ...rows]));
        }
      }),
    );
}
