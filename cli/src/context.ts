import type { InstanceName } from "@supalove/contracts";
import { type CliConfig, parseInstance, readConfig } from "./config.ts";
import { type InstancePaths, instancePaths } from "./instance/paths.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

/** What every command works with. */
export interface CliContext {
  readonly config: CliConfig;
  readonly instance: InstanceName;
  readonly paths: InstancePaths;
  readonly terminal: Terminal;
  /** False when the system's package manager must not be touched (`--no-install`). */
  readonly mayInstall: boolean;
  /** Aborted by ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal;
}

/** Options that each command takes beside its own. */
export interface CommonOptions {
  readonly instance?: string;
  readonly install?: boolean;
}

/** Context of a command from its options and the environment. @throws CliError for a wrong instance name */
export function createContext(options: CommonOptions): CliContext {
  const config = readConfig(process.env);
  const instance = parseInstance(options.instance ?? config.instance);
  return {
    config,
    instance,
    paths: instancePaths(config.dataDir, config.root, instance),
    terminal: processTerminal,
    mayInstall: options.install !== false,
    signal: interruptSignal(),
  };
}

let interrupted: AbortSignal | undefined;

/** One signal for the whole process. The first ctrl-C ends things in order, the second at once. */
function interruptSignal(): AbortSignal {
  if (interrupted !== undefined) return interrupted;
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    processTerminal.info(`supalove: ${signal} received, ending in order (once more to end at once)`);
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  interrupted = controller.signal;
  return interrupted;
}

/** The same context for another instance. */
export function forInstance(context: CliContext, name: string): CliContext {
  const instance = parseInstance(name);
  return { ...context, instance, paths: instancePaths(context.config.dataDir, context.config.root, instance) };
}
