import { Command } from "commander";
import { helpful } from "../common.ts";
import { applyPreviewCommand } from "./apply.ts";
import { approvePreviewCommand } from "./approve.ts";
import { createProjectCommand } from "./create.ts";
import { deleteProjectCommand } from "./delete.ts";
import { driftCommand } from "./drift.ts";
import { listProjectsCommand } from "./list.ts";
import { pauseProjectCommand } from "./pause.ts";
import { previewProjectCommand } from "./preview.ts";
import { restartServiceCommand } from "./restart.ts";
import { rotateCommand } from "./rotate.ts";
import { showProjectCommand } from "./show.ts";
import { updateProjectCommand } from "./update.ts";
import { upgradeProjectCommand } from "./upgrade.ts";

/** `supalove projects ...`. */
export function projectsCommand(): Command {
  const command = helpful(new Command("projects")).description("list, create, show, change and delete projects");
  for (const sub of [
    listProjectsCommand(),
    createProjectCommand(),
    showProjectCommand(),
    updateProjectCommand(),
    upgradeProjectCommand(),
    pauseProjectCommand("pause"),
    pauseProjectCommand("restore"),
    restartServiceCommand(),
    rotateCommand("rotate-keys"),
    rotateCommand("end-overlap"),
    rotateCommand("rotate-passwords"),
    deleteProjectCommand(),
    previewProjectCommand(),
    approvePreviewCommand(),
    applyPreviewCommand(),
    driftCommand(),
  ]) {
    command.addCommand(sub);
  }
  return command;
}
