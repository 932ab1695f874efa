import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunnerEnv } from "@supalove/contracts";
import { z } from "zod";

/** What an engine process is told by its environment: the engine's own variables and nothing of the control plane's. */
export const EngineEnv = RunnerEnv.pick({
  PULUMI_BACKEND_URL: true,
  PULUMI_CONFIG_PASSPHRASE_FILE: true,
  PULUMI_HOME: true,
}).extend({
  PATH: z.string(),
  HOME: z.string().default("/"),
  /** Folder for the stacks' project files. */
  SUPALOVE_STACKS_DIR: z.string().default(() => join(tmpdir(), "supalove-stacks")),
});
export type EngineEnv = z.infer<typeof EngineEnv>;

export interface EngineSettings {
  readonly backendUrl: string;
  readonly passphraseFile: string;
  readonly pulumiHome: string;
  /** Folder above `bin/pulumi`; undefined to find the CLI on PATH. */
  readonly pulumiRoot: string | undefined;
  readonly workRoot: string;
}

export function engineSettings(env: EngineEnv): EngineSettings {
  return {
    backendUrl: env.PULUMI_BACKEND_URL,
    passphraseFile: env.PULUMI_CONFIG_PASSPHRASE_FILE,
    pulumiHome: env.PULUMI_HOME,
    pulumiRoot: existsSync(join(env.PULUMI_HOME, "bin", "pulumi")) ? env.PULUMI_HOME : undefined,
    workRoot: env.SUPALOVE_STACKS_DIR,
  };
}

/** Variables for every start of the engine, on top of the process's own. */
export const ENGINE_VARIABLES: Readonly<Record<string, string>> = {
  PULUMI_SKIP_UPDATE_CHECK: "true",
  // A missing plugin is an error at once, not after a download that was tried in vain.
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  // Each checkpoint would be kept twice; the control database is backed up as a whole.
  PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
};
