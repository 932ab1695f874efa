import type { ImagesConfig } from "./config.ts";
import type { RunOptions } from "./runLogged.ts";

/** Images that the platform's containers run, plus the two that others are made from. */
export const IMAGE_NAMES = [
  "base",
  "node",
  "postgres",
  "keycloak",
  "prometheus",
  "postgres-exporter",
  "nginx",
  "api",
  "runner",
  "gateway",
  "dashboard",
  "supabase-postgres",
  "postgrest",
  "postgres-meta",
  "firewall",
] as const;
export type ImageName = (typeof IMAGE_NAMES)[number];

/** Images that only other images need: compilers, and the runner's engine and packages. */
export const INTERNAL_NAMES = ["postgres-build", "runner-runtime"] as const;
export type BuildName = ImageName | (typeof INTERNAL_NAMES)[number];

/** Something the host needs for building, and the Debian or Ubuntu packages that bring it. */
export interface HostRequirement {
  readonly command: string;
  readonly aptPackages: readonly string[];
  /** Which images want it, for the message. */
  readonly neededFor: string;
}

/** What a definition's build gets from the builder. */
export interface BuildContext {
  readonly config: ImagesConfig;
  /** Tag to be made. */
  readonly reference: string;
  /** Tag of a parent. */
  parent(name: BuildName): string;
  /** The definition's own folder. */
  readonly folder: string;
  /** Root of the repository. */
  readonly root: string;
  /** Empty folder for the Docker context; removed afterwards. */
  readonly stage: string;
  /** Runs a command of the host, logged. */
  run(command: string, args: readonly string[], options?: Pick<RunOptions, "env" | "cwd" | "onLine">): Promise<void>;
  /** Builds the stage folder, which must hold a Dockerfile by now. */
  dockerBuild(buildArgs: Readonly<Record<string, string>>): Promise<void>;
  progress(message: string): void;
}

/** One image of the local set. Its tag is a hash over its folder, its sources, its inputs and its parents' tags. */
export interface ImageDefinition {
  readonly name: BuildName;
  readonly parents: readonly BuildName[];
  /** Files and folders outside its own folder that it is made of, relative to the repository. */
  readonly sources: readonly string[];
  /** Versions of what is downloaded, and options. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly requires: readonly HostRequirement[];
  build(context: BuildContext): Promise<void>;
}
