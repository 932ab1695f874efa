import { delimiter, dirname, join } from "node:path";
import type { CliConfig } from "../config.ts";
import type { InstancePaths } from "../instance/paths.ts";

/**
 * Environment in which a `pulumi` of any kind works on an instance's base stack: the command line's own runs as well as
 * plain `pulumi` in a shell after `eval "$(./supalove env)"`.
 */
export function engineEnv(config: CliConfig, paths: InstancePaths, instance: string): Readonly<Record<string, string>> {
  const first = [join(config.pulumiHome, "bin"), dirname(process.execPath)];
  const rest = config.path.split(delimiter).filter((dir) => dir !== "" && !first.includes(dir));
  return {
    PATH: [...first, ...rest].join(delimiter),
    PULUMI_HOME: config.pulumiHome,
    PULUMI_BACKEND_URL: `file://${paths.state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
    PULUMI_STACK: instance,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Nothing outside this repository's set-up brings plugins: a missing one is an error at once, not after a download.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // The language host would type-check the program on each run; the repository's own checks do that.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    SUPALOVE_INSTANCE: instance,
  };
}

/** A value as a word of a POSIX shell. */
export function shellQuote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
