import { Command } from "commander";
import type { CliContext, CommonOptions } from "../context.ts";
import { action, withSetup } from "./common.ts";

interface Options extends CommonOptions {
  readonly preview?: boolean;
  readonly refresh?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `supalove up`: brings the platform up, or shows what that would change. */
export function upCommand(): Command {
  return withSetup(new Command("up"))
    .description("bring the platform up and print its URLs; safe to interrupt and to run again")
    .option("--preview", "show what would change, and change nothing")
    .option("--refresh", "look at the real resources first: also puts right, or shows, what was changed by hand")
    .option("--all", "then run every project again with a look at what is really there: brings back what is missing")
    .option("--json", "with --preview: print the changes as a JSON list; with --all: what became of each project")
    .addHelpText(
      "after",
      "\nRuns the set-up by itself. An instance beside the default one gets a block of ports of its own.",
    )
    .action(
      action<Options>(async (context, options) => {
        const { terminal } = context;
        if (options.preview === true && options.all === true) {
          const { CliError } = await import("../errors.ts");
          throw new CliError(
            "--preview shows the platform's own changes, without --all",
            "preview one project with ./supalove projects preview REF --refresh",
          );
        }
        if (options.preview === true) {
          const [{ previewUp }, { renderPlan, terminalPaint }] = await Promise.all([
            import("../platform/up.ts"),
            import("../plan/renderPlan.ts"),
          ]);
          const changes = await previewUp(context, "supalove up --preview", options.refresh === true);
          terminal.out(options.json === true ? JSON.stringify(changes, null, 2) : renderPlan(changes, terminalPaint));
          return;
        }
        const [{ bringUp }, { renderUrls }] = await Promise.all([
          import("../platform/up.ts"),
          import("../status/render.ts"),
        ]);
        const { status, changed, started, login } = await bringUp(context, options.refresh === true);
        const what = changed === 0 ? "no changes" : `${changed} resources changed`;
        const asJson = options.all === true && options.json === true;
        // What is piped as JSON is the report alone.
        const say = asJson ? terminal.info : terminal.out;
        say(
          `Instance ${context.instance} is up and healthy (${what}${started > 0 ? `, ${started} containers started` : ""}).`,
        );
        say(renderUrls(status));
        if (login !== undefined && process.stdout.isTTY === true && !asJson) {
          terminal.out(`  admin login: ${login.username} / ${login.password}`);
        } else if (login !== undefined) {
          say("  the admin's login is shown on a terminal only");
        }
        if (options.all === true) await runProjectsAgain(context, asJson);
      }),
    );
}

/** Every project is run again, and the report says what became of each. @throws CliError where one failed */
async function runProjectsAgain(context: CliContext, asJson: boolean): Promise<void> {
  const [{ repairProjects }, { runAdmin }, { table }, { CliError }] = await Promise.all([
    import("../platform/repairProjects.ts"),
    import("../http/mintToken.ts"),
    import("../terminal.ts"),
    import("../errors.ts"),
  ]);
  const projects = await repairProjects(context, (command) => runAdmin(context, command));
  if (asJson) context.terminal.out(JSON.stringify(projects, null, 2));
  else if (projects.length > 0) {
    const row = ({ ref, name, result, detail, nextStep }: (typeof projects)[number]) => {
      return [ref, name, result, [detail, nextStep].filter((words) => words !== null).join(" Next step: ")];
    };
    context.terminal.out(table(projects.map(row)));
  }
  const failed = projects.filter(({ result }) => result === "failed").length;
  if (failed > 0) {
    throw new CliError(
      `${failed} of ${projects.length} projects did not come back`,
      "mend what the list says, then run this again",
    );
  }
}
