import { Backup } from "@supalove/contracts/api/index.ts";
import { backupView } from "../../backups/backupView.ts";
import { loadBackup } from "../../backups/loadBackup.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { IdParams } from "../params.ts";

export const getBackupRoute = defineRead({
  operation: "getBackup",
  summary: "Show a backup; its file is with the runner, and `./supalove backups get` brings it",
  method: "get",
  path: "/backups/{id}",
  params: IdParams,
  response: { status: 200, schema: Backup, description: "The backup" },
  scope: "projects:read",
  load: loadBackup,
  handler: async ({ loaded }) => backupView(loaded),
});
