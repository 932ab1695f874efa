import { Command } from "commander";
import { helpful } from "../common.ts";
import { addImageCommand } from "./add.ts";
import { listImagesCommand } from "./list.ts";
import { withdrawImageCommand } from "./withdraw.ts";

/** `supalove images ...`. */
export function imagesCommand(): Command {
  const command = helpful(new Command("images")).description(
    "the versions of images that dedicated projects may be upgraded to",
  );
  for (const sub of [listImagesCommand(), addImageCommand(), withdrawImageCommand()]) command.addCommand(sub);
  return command;
}
