import { Command } from "commander";
import type { CliContext, CommonOptions } from "../context.ts";
import { CliError } from "../errors.ts";
import { action, withSetup } from "./common.ts";

interface Options extends CommonOptions {
  readonly preview?: boolean;
  readonly refresh?: boolean;
  readonly all?: boolean;
  readonly digest?: string;
  readonly confirm?: string;
  readonly json?: boolean;
}

/** `supalove up`: brings the platform up, or shows what that would change. */
export function upCommand(): Command {
  return withSetup(new Command("up"))
    .description("bring the platform up and print its URLs; safe to interrupt and to run again")
    .option("--preview", "show what would change and the digest that stands for it, and change nothing")
    .option(
      "--digest <digest>",
      "do exactly what a preview showed, or nothing where something else would happen by now",
    )
    .option("--confirm <instance>", "with --digest: the instance's name, where data is lost for good")
    .option("--refresh", "look at the real resources first: also puts right, or shows, what was changed by hand")
    .option("--all", "then run every project again with a look at what is really there: brings back what is missing")
    .option("--json", "with --preview: print one JSON object; with --all: what became of each project")
    .addHelpText(
      "after",
      "\nRuns the set-up by itself. An instance beside the default one gets a block of ports of its own.",
    )
    .action(
      action<Options>(async (context, options) => {
        const { terminal } = context;
        requireOneWish(options);
        const refresh = options.refresh === true;
        if (options.preview === true) {
          const [{ previewUp }, { showBasePlan }] = await Promise.all([
            import("../platform/previewUp.ts"),
            import("../plan/showBasePlan.ts"),
          ]);
          showBasePlan(terminal, await previewUp(context, refresh), refresh, options.json === true);
          return;
        }
        const [{ bringUp }, { renderUrls }, { parseDigest }] = await Promise.all([
          import("../platform/up.ts"),
          import("../status/render.ts"),
          import("../plan/basePlan.ts"),
        ]);
        const { digest, confirm } = options;
        const pinned = digest === undefined ? undefined : { digest: parseDigest(digest), confirm };
        const { status, changed, started, login } = await bringUp(context, { repair: refresh, pinned });
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

/** @throws CliError where flags contradict each other */
function requireOneWish({ preview, all, digest, confirm }: Options): void {
  if (preview === true && all === true) {
    throw new CliError(
      "--preview shows the platform's own changes, without --all",
      "preview one project with ./supalove projects preview REF --refresh",
    );
  }
  if (digest !== undefined && (preview === true || all === true)) {
    throw new CliError("--digest does what a preview showed: it goes without --preview and --all", "give it alone");
  }
  if (confirm !== undefined && digest === undefined) {
    throw new CliError(
      "--confirm goes with --digest",
      "give both, or neither; ./supalove up --preview shows the digest",
    );
  }
}

/** Every project is run again, and the report says what became of each. @throws CliError where one failed */
async function runProjectsAgain(context: CliContext, asJson: boolean): Promise<void> {
  const [{ repairProjects }, { runAdmin }, { table }] = await Promise.all([
    import("../platform/repairProjects.ts"),
    import("../http/mintToken.ts"),
    import("../terminal.ts"),
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
