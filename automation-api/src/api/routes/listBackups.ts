import { Backup, BackupsQuery } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { backupView } from "../../backups/backupView.ts";
import { backupsOf } from "../../backups/loadBackup.ts";
import { defineRead } from "../../http/defineRoute.ts";

export const listBackupsRoute = defineRead({
  operation: "listBackups",
  summary: "List the backups of your organizations' projects, of deleted ones too, newest first",
  method: "get",
  path: "/backups",
  query: BackupsQuery,
  response: { status: 200, schema: z.array(Backup), description: "Backups" },
  scope: "account",
  async handler({ services, caller, query }) {
    const backups = await services.database.backup.findMany({
      where: { ...backupsOf(caller), ...(query.project_ref === undefined ? {} : { projectRef: query.project_ref }) },
      orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    });
    return backups.map(backupView);
  },
});
