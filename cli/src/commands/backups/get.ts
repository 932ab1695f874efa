import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly output: string;
}

/** `supalove backups get ID`. */
export function getBackupCommand(): Command {
  return withInstance(new Command("get"))
    .description("bring a backup's file: an archive for pg_restore")
    .argument("<id>", "the backup's id")
    .requiredOption("--output <file>", "where it goes; a file that is there already is not touched")
    .addHelpText(
      "after",
      "\nWorks on the platform's own machine. The archive holds everything a project had, its users included.\n" +
        "\n  pg_restore --no-owner --no-acl --dbname CONNECTION FILE",
    )
    .action(
      action<Options>(async (context, { output }, [id = ""]) => {
        const [{ segment, withApi }, { Backup }, { fetchBackup }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../backups/fetchBackup.ts"),
        ]);
        const path = `/v1/backups/${segment("backup id", id)}`;
        const backup = await withApi(context, (api) => api.request("GET", path, Backup));
        await fetchBackup(context, backup, output);
        context.terminal.out(`${output}: ${backup.bytes} bytes of project ${backup.project_name}`);
      }),
    );
}
