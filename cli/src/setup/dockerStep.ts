import { access, constants, stat } from "node:fs/promises";
import { docker, dockerError, engineVersion } from "../docker/docker.ts";
import { SYSTEM_DOCKERD } from "../docker/dockerdPlace.ts";
import { startDockerd } from "../docker/startDockerd.ts";
import { CliError } from "../errors.ts";
import { findProgram } from "../system/findProgram.ts";
import { mustRun, run } from "../system/run.ts";
import { aptInstall, canInstall } from "./apt.ts";
import type { SetupContext, SetupStep } from "./step.ts";

/**
 * The Docker engine: one that answers is used; one that is installed is started, whatever an unclean end left behind;
 * where none is, Debian's is installed. An engine elsewhere (DOCKER_HOST) is not ours to start.
 */
export const dockerStep: SetupStep = {
  name: "Docker engine",
  after: ["host packages"],
  async plan(context) {
    if ((await context.facts.dockerVersion()) !== undefined) return undefined;
    if (context.config.dockerHost !== undefined) {
      throw new CliError(
        `the Docker engine at ${context.config.dockerHost} does not answer`,
        "start it, or unset DOCKER_HOST to use this machine's own engine",
      );
    }
    await refuseWithoutPermission();
    if ((await findProgram("dockerd", context.config.path)) !== undefined) {
      return { what: "it is installed but does not run; starting it", run: () => start(context) };
    }
    const reason = await canInstall(context);
    if (reason !== undefined) {
      throw new CliError(
        `no Docker engine answers, and none can be installed: ${reason}`,
        "install Docker and run this again",
      );
    }
    return {
      what: "none is installed; installing Debian's package docker.io and starting it",
      async run(report) {
        // Newer Debian releases have the client in a package of its own.
        await aptInstall(context, ["docker.io", "docker-cli"], { optional: ["docker-cli"], report });
        await start(context);
      },
    };
  },
};

/** An engine that runs but does not talk to this user needs no start. */
async function refuseWithoutPermission(): Promise<void> {
  try {
    await stat(SYSTEM_DOCKERD.socket);
  } catch {
    return;
  }
  try {
    await access(SYSTEM_DOCKERD.socket, constants.R_OK | constants.W_OK);
  } catch {
    throw dockerError(["version"], await docker(["version"]));
  }
}

async function start(context: SetupContext): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new CliError(
      "the Docker engine is installed but does not run, and only root can start it",
      "start it as root",
    );
  }
  const systemd = (await run("test", ["-d", "/run/systemd/system"])).code === 0;
  if (systemd) await mustRun("systemctl", ["start", "docker"], { timeoutMs: 120_000 });
  else await startDockerd(SYSTEM_DOCKERD, context.config.env);
  if ((await engineVersion()) === undefined) {
    throw new CliError("the Docker engine was started but does not answer", "look at `docker version` and its log");
  }
}
