import { rm } from "node:fs/promises";
import { LABELS, platformName } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { docker, mustDocker, thingsWith } from "../docker/docker.ts";
import { CliError, messageOf } from "../errors.ts";
import { instanceExists } from "../instance/folder.ts";
import { engineEnv } from "./engineEnv.ts";
import { forgetWorkspaces } from "./forgetWorkspaces.ts";
import { lockInstance } from "./lockInstance.ts";
import { endProcesses, orphanedEngineProcesses } from "./orphans.ts";
import { recoverInterrupted } from "./recoverInterrupted.ts";
import { releaseState } from "./releaseState.ts";
import { runEngine } from "./runEngine.ts";
import { openStack } from "./stack.ts";
import { instanceContainers } from "./startContainers.ts";
import { sweep } from "./sweep.ts";

/** What goes with an instance. */
export interface Losses {
  readonly containers: number;
  readonly volumes: readonly string[];
  /** Databases of shared projects, undefined when the cluster can't be asked. */
  readonly projects: number | undefined;
  readonly folder: string | undefined;
}

/** Finds out what a `destroy` would take away. */
export async function findLosses(context: CliContext): Promise<Losses> {
  const label = `${LABELS.instance}=${context.instance}`;
  const sql = "select count(*) from pg_database where datname ~ '^db_[a-z]{20}$'";
  const [containers, volumes, exists, count] = await Promise.all([
    instanceContainers(context),
    thingsWith("volume", label),
    instanceExists(context.paths),
    docker([
      "exec",
      platformName(context.instance, "shared-db"),
      "psql",
      "-U",
      "supabase_admin",
      "-d",
      "postgres",
      "-Atc",
      sql,
    ]),
  ]);
  return {
    containers: containers.length,
    volumes: volumes.map(({ id }) => id),
    projects: count.code === 0 ? Number(count.stdout.trim()) : undefined,
    folder: exists ? context.paths.dir : undefined,
  };
}

/** Losses in words, one a line; empty when there is nothing to lose. */
export function describeLosses({ containers, volumes, projects, folder }: Losses): readonly string[] {
  const lines: string[] = [];
  if (projects !== undefined) lines.push(`${projects} shared projects with their databases`);
  else if (volumes.length > 0)
    lines.push("all shared projects with their databases (the cluster does not run, so not counted)");
  if (volumes.length > 0) lines.push(`the volumes ${volumes.join(", ")}`);
  if (containers > 0) lines.push(`${containers} containers and their networks`);
  if (folder !== undefined) lines.push(`the folder ${folder} with the keys and the state of this instance`);
  return lines;
}

/**
 * Takes an instance away for good: containers, networks, volumes, processes and files.
 * @throws CliError when something could not be removed; running it again goes on
 */
export async function destroyInstance(context: CliContext): Promise<void> {
  const lock = await lockInstance(context, "supalove destroy");
  try {
    // The runner must not start another operation, and no service shall complain about a database that goes.
    const running = (await instanceContainers(context)).filter(({ State }) => State.Status === "running");
    if (running.length > 0) await mustDocker(["kill", ...running.map(({ Id }) => Id)]);
    if (await instanceExists(context.paths)) await destroyStack(context);
    const left = await sweep(context);
    if (left > 0) context.terminal.info(`removed ${left} things by their label`);
    const url = engineEnv(context.config, context.paths, context.instance)["PULUMI_BACKEND_URL"] ?? "";
    await endProcesses(await orphanedEngineProcesses(url));
    await forgetWorkspaces(context.config.pulumiHome, url);
    await rm(context.paths.stackConfigLink, { force: true });
    await rm(context.paths.dir, { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

/**
 * Has the engine take the stack down. Where it can't (a state that is damaged, an engine that is gone), the sweep by
 * label does the same for everything in Docker, so that is said and the destroy goes on.
 */
async function destroyStack(context: CliContext): Promise<void> {
  try {
    const platform = await openStack(context);
    await recoverInterrupted(context, platform);
    await platform.stack.importStack(releaseState(await platform.stack.exportStack()));
    await runEngine(context, "destroy", platform.stack, (stack, options) => stack.destroy(options));
    await platform.stack.workspace.removeStack(context.instance);
  } catch (error) {
    if (context.signal.aborted || (error instanceof CliError && error.exitCode === 130)) throw error;
    context.terminal.info(
      `the engine could not take the stack down (${messageOf(error)}); removing everything by its label`,
    );
  }
}
