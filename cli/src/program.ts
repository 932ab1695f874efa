import { Command } from "commander";
import { backupsCommand } from "./commands/backups/index.ts";
import { benchCommand } from "./commands/bench.ts";
import { helpful } from "./commands/common.ts";
import { destroyCommand } from "./commands/destroy.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { downCommand } from "./commands/down.ts";
import { driftCommand } from "./commands/drift.ts";
import { envCommand } from "./commands/env.ts";
import { imagesCommand } from "./commands/images/index.ts";
import { logsCommand } from "./commands/logs.ts";
import { membersCommand } from "./commands/members/index.ts";
import { operationsCommand } from "./commands/operations/index.ts";
import { organizationsCommand } from "./commands/organizations/index.ts";
import { projectsCommand } from "./commands/projects/index.ts";
import { setupCommand } from "./commands/setup.ts";
import { statusCommand } from "./commands/status.ts";
import { testCommand } from "./commands/test.ts";
import { tokenCommand } from "./commands/token.ts";
import { upCommand } from "./commands/up.ts";

/** The whole command line. Building it imports no command's work, only its description. */
export function buildProgram(): Command {
  const program = helpful(new Command("supalove"))
    .description("Many Supabase projects on your own servers, run as infrastructure as code")
    .option("--instance <name>", "instance of the platform (default: $SUPALOVE_INSTANCE, else supalove)")
    .addHelpText(
      "after",
      "\nFirst steps:\n  supalove up                                       bring the platform up\n" +
        "  supalove projects create my-project --plan shared --wait\n  supalove status                                   what runs, and where",
    );
  for (const command of [
    setupCommand(),
    upCommand(),
    downCommand(),
    destroyCommand(),
    statusCommand(),
    driftCommand(),
    logsCommand(),
    tokenCommand(),
    envCommand(),
    doctorCommand(),
    projectsCommand(),
    operationsCommand(),
    backupsCommand(),
    organizationsCommand(),
    membersCommand(),
    imagesCommand(),
    benchCommand(),
    testCommand(),
  ]) {
    program.addCommand(command);
  }
  return program;
}
