import { Command } from "commander";
import { helpful } from "../common.ts";
import { createProjectCommand } from "./create.ts";
import { deleteProjectCommand } from "./delete.ts";
import { listProjectsCommand } from "./list.ts";
import { showProjectCommand } from "./show.ts";

/** `supalove projects ...`. */
export function projectsCommand(): Command {
  const command = helpful(new Command("projects")).description("list, create, show and delete projects");
  for (const sub of [listProjectsCommand(), createProjectCommand(), showProjectCommand(), deleteProjectCommand()]) {
    command.addCommand(sub);
  }
  return command;
}
