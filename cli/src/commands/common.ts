import { type Command, Option } from "commander";
import { type CliContext, type CommonOptions, createContext } from "../context.ts";

/** Shown after what commander itself finds wrong; each command has to be told, they don't inherit it. */
const HELP_HINT = "(run it with --help to see what there is)";

const INSTANCE = "instance of the platform (default: $SUPALOVE_INSTANCE, else supalove)";
const NO_INSTALL = "never install packages of the operating system";

/**
 * Adds `--instance`, which every command takes. So does `--no-install`: the launcher, which may have to get Node before
 * any command, heeds it for all of them.
 */
export function withInstance(command: Command): Command {
  return helpful(command)
    .option("--instance <name>", INSTANCE)
    .addOption(new Option("--no-install", NO_INSTALL).hideHelp());
}

/** Has a command say what to do when its flags are wrong. */
export function helpful(command: Command): Command {
  return command.showSuggestionAfterError().showHelpAfterError(HELP_HINT);
}

/** Adds `--no-install` beside `--instance`, for commands that run the set-up. */
export function withSetup(command: Command): Command {
  return helpful(command).option("--instance <name>", INSTANCE).option("--no-install", NO_INSTALL);
}

/**
 * Makes a command's action: the context is built from the options of the command and of those above it.
 * @param run imports what it needs by itself, so that `--help` and quick commands start quickly
 */
export function action<O extends CommonOptions>(
  run: (context: CliContext, options: O, args: readonly string[]) => Promise<void>,
) {
  return async (...given: unknown[]): Promise<void> => {
    // commander hands over the arguments one by one, then the options, then the command itself.
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<O>();
    await run(createContext(options), options, command.args);
  };
}
