import { Command } from "commander";
import { helpful } from "../common.ts";
import { getBackupCommand } from "./get.ts";
import { listBackupsCommand } from "./list.ts";

/** `supalove backups ...`. */
export function backupsCommand(): Command {
  const command = helpful(new Command("backups")).description("list backups, and bring their files");
  for (const sub of [listBackupsCommand(), getBackupCommand()]) command.addCommand(sub);
  return command;
}
