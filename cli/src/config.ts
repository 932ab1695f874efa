import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_INSTANCE, InstanceName } from "@supalove/contracts";
import { z } from "zod";
import { CliError } from "./errors.ts";

const Env = z.object({
  HOME: z.string().default(homedir()),
  XDG_CACHE_HOME: z.string().optional(),
  PATH: z.string().default("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
  /** Instance when `--instance` is not given. */
  SUPALOVE_INSTANCE: z.string().optional(),
  /** Token for the HTTP API; without it one is made for the single run. */
  SUPALOVE_ACCESS_TOKEN: z.string().optional(),
  /** Shows causes and stacks of errors. */
  SUPALOVE_DEBUG: z.string().optional(),
  PULUMI_HOME: z.string().optional(),
  DOCKER_HOST: z.string().optional(),
});

/** What the environment says, parsed once at start. */
export interface CliConfig {
  readonly home: string;
  /** Folder of everything that is fetched once per machine. */
  readonly cacheDir: string;
  /** Folder that holds one folder an instance. */
  readonly dataDir: string;
  readonly pulumiHome: string;
  /** Root of this repository. */
  readonly root: string;
  readonly path: string;
  readonly instance: string;
  readonly accessToken: string | undefined;
  readonly debug: boolean;
  readonly dockerHost: string | undefined;
  /** The whole environment, for programs that are started. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Repository root, from this file's own place. */
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Reads the environment. An empty variable counts as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): CliConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const env = Env.parse(given);
  return {
    home: env.HOME,
    cacheDir: join(env.XDG_CACHE_HOME ?? join(env.HOME, ".cache"), "supalove"),
    dataDir: join(env.HOME, ".supalove"),
    pulumiHome: env.PULUMI_HOME ?? join(env.HOME, ".pulumi"),
    root: ROOT,
    path: env.PATH,
    instance: env.SUPALOVE_INSTANCE ?? DEFAULT_INSTANCE,
    accessToken: env.SUPALOVE_ACCESS_TOKEN,
    debug: env.SUPALOVE_DEBUG !== undefined,
    dockerHost: env.DOCKER_HOST,
    env: given,
  };
}

/** Checks an instance's name. @throws CliError with the rule it breaks */
export function parseInstance(name: string): InstanceName {
  const parsed = InstanceName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new CliError(
    `"${name}" cannot be the name of an instance: ${parsed.error.issues[0]?.message ?? "wrong form"}`,
    "choose another with --instance NAME or SUPALOVE_INSTANCE",
  );
}
