import { Command } from "commander";
import type { CliContext, CommonOptions } from "../context.ts";
import { CliError } from "../errors.ts";
import { action, withSetup } from "./common.ts";

interface Options extends CommonOptions {
  readonly accept?: boolean;
  readonly digest?: string;
  readonly last?: boolean;
  readonly every?: string;
  readonly json?: boolean;
}

/** What to do about drift of the platform. */
const NEXT = "put it right with ./supalove up --refresh, or leave it as it is with ./supalove drift --accept";

/** `supalove drift`: what of the platform itself was changed by hand. */
export function driftCommand(): Command {
  return withSetup(new Command("drift"))
    .description("compare the platform's containers, networks, volumes and databases with what they should be")
    .option("--accept", "leave what the last look found as it is, after showing it; settings only")
    .option("--digest <digest>", "accept it if it is this one, where nobody can type (--last --json has it)")
    .option("--last", "show what the last look found, without a new one")
    .option("--every <hours>", "look now and each so many hours, until it is ended; for a service manager")
    .option("--json", "print the findings as one JSON object")
    .addHelpText(
      "after",
      "\nChanges nothing; supalove up puts right what is missing, supalove up --refresh everything.\n" +
        "supalove status tells what the last look found. For a project: supalove projects drift REF.",
    )
    .action(
      action<Options>(async (context, options) => {
        if ([options.accept, options.last, options.every].filter(Boolean).length > 1) {
          throw new CliError("--accept, --last and --every exclude each other", "give one of them");
        }
        if (options.digest !== undefined && options.accept !== true) {
          throw new CliError("--digest goes with --accept", "give both, or neither");
        }
        if (options.every !== undefined) {
          await lookAgainAndAgain(context, options.every, options);
          return;
        }
        const { showDrift } = await import("../plan/showDrift.ts");
        showDrift(context.terminal, await found(context, options), options.json === true, NEXT);
      }),
    );
}

async function found(context: CliContext, { accept, last, digest }: Options) {
  const [{ acceptDrift, lookForDrift }, { driftView, readLook }] = await Promise.all([
    import("../drift/lookForDrift.ts"),
    import("../drift/lastLook.ts"),
  ]);
  if (accept !== true && last !== true) return lookForDrift(context);
  const known = driftView(await readLook(context.paths));
  if (last === true) return known;
  const { parseDigest } = await import("../plan/basePlan.ts");
  if (digest !== undefined) return acceptDrift(context, parseDigest(digest));
  // Nothing to leave as it is.
  if (!known.drifted || known.digest === null) return known;
  const [{ showDrift }, { confirmByName }] = await Promise.all([
    import("../plan/showDrift.ts"),
    import("../confirm.ts"),
  ]);
  const { terminal } = context;
  showDrift({ ...terminal, out: terminal.info, info: () => undefined }, known, false, NEXT);
  await confirmByName(context, "accept", `--digest ${known.digest}`);
  return acceptDrift(context, known.digest);
}

async function lookAgainAndAgain(context: CliContext, every: string, options: Options): Promise<void> {
  const { keepLooking, lookAside, parseEvery } = await import("../drift/keepLooking.ts");
  const flags = [...(options.json === true ? ["--json"] : []), ...(options.install === false ? ["--no-install"] : [])];
  await keepLooking(parseEvery(every), { look: () => lookAside(context, flags), signal: context.signal });
}
